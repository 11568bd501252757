#!/usr/bin/env bash
# Traefik follows containers' labels: start the new one beside the old, wait until it is healthy, let the old one
# become unhealthy so that it gets no more requests, stop it.
. "$(dirname "$0")/common.sh"

labels=(
    --label traefik.enable=true
    --label 'traefik.http.routers.app.rule=PathPrefix(`/`)'
    --label traefik.http.services.app.loadbalancer.server.port=3000
)

up() {
    network
    docker run --detach --name "$name" --network "$name" --label "bench=$name" \
        --publish "127.0.0.1:$BENCH_PORT:80" --volume /var/run/docker.sock:/var/run/docker.sock \
        --volume "$BENCH_BINARIES/traefik:/traefik:ro" --entrypoint /traefik bluegreen-python:3 \
        --entrypoints.web.address=:80 --providers.docker.network="$name" --providers.docker.exposedbydefault=false \
        --serverstransport.forwardingtimeouts.idleconntimeout=4s --log.level=ERROR > /dev/null
    start "$name-blue" "$1" "${labels[@]}" "${probe[@]}"
    until_docker_says healthy "$name-blue"
    echo "$name-blue" > "$current"
}

deploy() {
    local old new
    old=$(cat "$current")
    new=$(other "$old")
    start "$new" "$1" "${labels[@]}" "${probe[@]}"
    until_docker_says healthy "$new"
    echo "$new" > "$current"
    docker exec "$old" touch /tmp/drain
    until_docker_says unhealthy "$old"
    sleep 1
    retire "$old"
}

"$@"
