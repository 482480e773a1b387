# The dashboard in a container: CPU only, not root, no network needed once it is built.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app
# Name an index that holds PyTorch's CPU wheels (docs/deployment.md says how): the build with "+cpu"
# in its version is then the one that the pinned version resolves to, without gigabytes of CUDA.
ARG PIP_EXTRA_INDEX_URL
COPY requirements.txt .
RUN pip install -r requirements.txt

RUN useradd --create-home --uid 10001 linreg
COPY --chown=linreg:linreg . .
USER linreg
# Kept in the image for processors like this one; on another kind the first start compiles anew.
RUN python -m linreg_core.engines.compiled

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
