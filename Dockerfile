# What browsers load is built apart, so that the image has no Node and no npm packages.
FROM python:3.13-slim AS assets
WORKDIR /tracker
COPY requirements-node.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements-node.txt
COPY service/__init__.py ./service/
COPY service/assets ./service/assets
RUN python -m service.assets.fetch

FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /tracker

# What sets the paper of a quarter as a PDF, and letters for it and for its charts.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation \
    && rm -rf /var/lib/apt/lists/*

# First, so that a change to our own code does not install every dependency again.
COPY requirements.txt ./
RUN pip install --require-hashes --requirement requirements.txt

COPY pyproject.toml README.md ./
COPY schema ./schema
COPY service ./service
COPY seeds ./seeds
COPY --from=assets /tracker/service/assets/built ./service/assets/built
# In place, so that the files which the packages read are next to their modules. Setuptools is in requirements.txt.
RUN pip install --no-deps --no-build-isolation --editable .

# A user without a home or a shell. The code belongs to root, so the service cannot change it.
RUN useradd --system --no-create-home --shell /usr/sbin/nologin tracker
USER tracker

EXPOSE 8000
CMD ["tracker", "start", "--host", "0.0.0.0", "--port", "8000"]
