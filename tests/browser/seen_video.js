async ([data, type, parts]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const video = Object.assign(document.createElement("video"), { muted: true });
  const heard = (name) => new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.onerror = () => reject(new Error(video.error.message));
  });
  const loaded = heard("loadeddata");
  video.src = URL.createObjectURL(new Blob([bytes], { type }));
  await loaded;
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const frames = [];
  for (const part of parts) {
    const there = heard("seeked");
    video.currentTime = part * video.duration;
    await there;
    context.drawImage(video, 0, 0);
    frames.push(canvas.toDataURL());
  }
  return { duration: video.duration, end: video.seekable.end(0), size: [video.videoWidth, video.videoHeight], frames };
}
