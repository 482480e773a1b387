// The canvas over a picture on which what moves is drawn, clipped to the plot's area.

import { element } from "./element.js";

export class Overlay {
  #canvas = element("canvas", "ll-canvas");

  get element() {
    return this.#canvas;
  }

  /** Takes a size, in the page's pixels; the device's are counted here. */
  fit(width, height) {
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width === wide && this.#canvas.height === high) return;
    this.#canvas.width = wide;
    this.#canvas.height = high;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
  }

  /**
   * @param {{left: number, top: number, width: number, height: number}} area of the plot
   * @param {string} font
   * @param {(context: CanvasRenderingContext2D) => void} draw
   */
  draw(area, font, draw) {
    if (!this.#canvas.isConnected) return;
    const context = this.#canvas.getContext("2d");
    const ratio = window.devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
    context.font = font;
    draw(context);
    context.restore();
  }
}
