# syntax=docker/dockerfile:1

# The current long-term release of Node.
FROM node:26-bookworm-slim AS base
WORKDIR /app

# What decides which dependencies are installed, and nothing else: the layers that copy it are built again only when it changes.
FROM base AS manifests
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps ./apps
COPY packages ./packages
RUN find apps packages -type f ! -name package.json -delete && find apps packages -type d -empty -delete

# What the worker needs to run. The root's packageManager field pins the package manager; npx fetches exactly that one.
# Types and source maps of dependencies are half of their size, and nothing reads them.
FROM base AS dependencies
COPY --from=manifests /app ./
RUN npx --yes "$(node -p 'require("./package.json").packageManager')" \
    --filter-prod '@magento-sync/worker...' install --frozen-lockfile --prod --no-optional \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM base AS build
COPY --from=manifests /app ./
RUN npx --yes "$(node -p 'require("./package.json").packageManager')" install --frozen-lockfile
COPY tsconfig.base.json tsconfig.json ./
COPY apps ./apps
COPY packages ./packages
RUN node_modules/.bin/tsc -b \
  && mkdir /built \
  && for folder in $(find apps packages -maxdepth 2 -type d \( -name bin -o -name dist -o -name migrations -o -name assets \) ! -path '*/magento-testkit/*'); do \
       cp -r --parents "$folder" /built; \
     done \
  && find /built -type f \( -name '*.d.ts' -o -name '*.d.ts.map' -o -name '*_snapshot.json' \) -delete

FROM base
ENV NODE_ENV=production
COPY --from=dependencies /app ./
COPY --from=build /built ./
RUN ln -s /app/apps/worker/bin/magento-sync.js /usr/local/bin/magento-sync
# node, as a number: so Kubernetes sees by itself that it is not root.
USER 1000:1000
ENTRYPOINT ["magento-sync"]
CMD ["daemon"]
# The daemon shows signs of life once the tables are up to date; migrating a large copy takes minutes, and must not be cut off.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10m --retries=4 \
  CMD ["magento-sync", "health"]
