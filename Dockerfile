FROM python:3.11-slim
WORKDIR /app
COPY requirements/demo.txt requirements/demo.txt
RUN pip install --no-cache-dir --no-deps -r requirements/demo.txt
COPY . .
RUN pip install --no-cache-dir --no-deps -e . && useradd --system atrium && chown -R atrium /app
USER atrium
CMD ["atrium", "web"]
