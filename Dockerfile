# The dashboard in a container: CPU only, not root, no network needed once it is built.
ARG BASE=python:3.11-slim
FROM ${BASE}

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app
# Name an index that holds PyTorch's CPU wheels (docs/deployment.md says how): the build with "+cpu"
# in its version is then the one that the pinned version resolves to, without gigabytes of CUDA.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
COPY requirements.txt .
RUN python3 -m pip install -r requirements.txt

# Where rooms are kept (docs/store.md): a volume that is put there belongs to the app's user.
RUN useradd --create-home --uid 10001 linreg && \
    install -d -m 700 -o linreg -g linreg /home/linreg/.local /home/linreg/.local/state \
      /home/linreg/.local/state/linreg-live
COPY --chown=linreg:linreg . .
USER linreg
# Kept in the image for processors like this one, and read from there where the image is read-only;
# on another kind of processor each start compiles anew.
RUN python3 -m linreg_core.engines.compiled

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s --retries=3 \
  CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
