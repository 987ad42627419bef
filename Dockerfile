# syntax=docker/dockerfile:1

FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json tsconfig.json ./
COPY apps ./apps
COPY packages ./packages
# The root's packageManager field pins the package manager; npx fetches exactly that one.
RUN npx --yes "$(node -p 'require("./package.json").packageManager')" install --frozen-lockfile \
  && npx --yes "$(node -p 'require("./package.json").packageManager')" run build \
  && npx --yes "$(node -p 'require("./package.json").packageManager')" \
       --filter @magento-sync/worker --prod --no-optional --legacy deploy /out

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=node:node /out ./
USER node
ENTRYPOINT ["node", "/app/bin/magento-sync.js"]
CMD ["daemon"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.HTTP_PORT || 9464) + '/livez').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
