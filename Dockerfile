# qf alone, for pipes and for stages on a Kafka and a Postgres elsewhere: docker build -t qf . && docker run --rm -i qf bars1s < ticks.ndjson
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /qf
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --omit=optional
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /qf
COPY --from=build /qf/node_modules node_modules
COPY --from=build /qf/dist dist
COPY assets assets
COPY bin bin
COPY configs configs
COPY kit kit
COPY migrations migrations
COPY schemas schemas
COPY --from=build /qf/oclif.manifest.json /qf/package.json /qf/LICENSE ./
# Nothing is written but to standard output and where the options say: it runs with --read-only.
USER node
ENTRYPOINT ["/qf/bin/qf"]
