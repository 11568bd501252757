"""Services of every shape, generated."""

from typing import Any

from hypothesis import strategies as st

from bluegreen.model.service import Service

TEXTS = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
WORDS = st.text(alphabet=st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
DURATIONS = st.floats(0.001, 600_000).map(lambda seconds: f"{seconds:.3f}s")
SIZES = st.integers(6, 10**6).map(lambda number: f"{number}m") | st.integers(6 * 1024**2, 2**50)
PORTS = st.integers(1, 65535)
HOSTS = st.from_regex(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\.){0,2}[a-z]{1,8}", fullmatch=True)
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
PATHS = st.from_regex(r"(/[a-z0-9_.~-]{1,8}){1,3}/?", fullmatch=True).filter(lambda path: "/." not in path)
ENV_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,10}", fullmatch=True)
ARGV = st.lists(TEXTS, max_size=3)


def mapping(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the fields, or none."""
    return st.fixed_dictionaries({}, optional=fields)


def needing(required: dict[str, Any], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


ROUTES = needing(
    {"host": HOSTS}, path=PATHS, strip=st.booleans(), max_body=SIZES, timeout=DURATIONS, buffering=st.booleans()
)
PROBES = mapping(
    path=PATHS,
    method=st.sampled_from(["GET", "HEAD", "POST"]),
    port=PORTS,
    headers=st.dictionaries(st.from_regex(r"[A-Za-z][A-Za-z-]{0,8}", fullmatch=True), WORDS, max_size=2),
    json=JSON,
    expect_status=st.lists(st.integers(100, 599), min_size=1, max_size=3),
    expect_body=WORDS,
    expect_json=st.dictionaries(WORDS, JSON, max_size=2),
)
HEALTH = mapping(
    http=st.lists(PROBES, max_size=2),
    tcp=mapping(port=PORTS),
    command=ARGV,
    docker=st.booleans(),
    success_threshold=st.integers(1, 100),
    interval=DURATIONS,
    timeout=DURATIONS,
    deadline=DURATIONS,
)
SERVICES = needing(
    {"name": NAMES},
    kind=st.sampled_from(["web", "worker", "database"]),
    image=st.from_regex(
        r"([a-z]{2,8}\.io/)?[a-z]{1,8}(:[0-9a-z][0-9.a-z]{0,5})?(@sha256:[0-9a-f]{64})?", fullmatch=True
    ),
    pull_policy=st.sampled_from(["always", "missing", "never"]),
    source=st.lists(PATHS.map(lambda path: path[1:]), max_size=2),
    ignore=st.lists(PATHS.map(lambda path: path[1:]), max_size=2),
    port=PORTS,
    routes=st.lists(ROUTES, max_size=2),
    replicas=st.integers(1, 64),
    depends_on=st.dictionaries(
        NAMES, mapping(condition=st.sampled_from(["service_started", "service_healthy"])), max_size=2
    ),
    reversible=st.booleans(),
    release_command=needing(
        {"command": st.lists(TEXTS, min_size=1, max_size=3)},
        timeout=DURATIONS,
        fail_on_output=st.lists(WORDS, max_size=2),
    ),
    health=HEALTH,
    bake=mapping(
        **{"for": DURATIONS},
        max_5xx=st.floats(0, 100).map(lambda percent: f"{percent:.6f}%"),
        min_requests=st.integers(1, 10**6),
    ),
    drain_timeout=DURATIONS,
    strategy=st.sampled_from(["overlap", "stop-first"]),
    engine=st.just("postgres"),
    version=st.integers(1, 99),
    database=NAMES,
    db_user=NAMES,
    environment=st.dictionaries(ENV_NAMES, TEXTS, max_size=3),
    env_file=st.lists(PATHS, max_size=2),
    command=ARGV,
    entrypoint=ARGV,
    user=st.from_regex(r"[a-z0-9]{1,8}(:[a-z0-9]{1,8})?", fullmatch=True),
    working_dir=PATHS,
    volumes=st.lists(st.from_regex(r"([a-z]{2,8}|/[a-z/]{0,8}):/[a-z/]{0,8}(:ro|:rw,z)?", fullmatch=True), max_size=2),
    tmpfs=st.lists(PATHS, max_size=2),
    labels=st.dictionaries(WORDS.filter(lambda word: "=" not in word), TEXTS, max_size=2),
    networks=st.lists(NAMES, max_size=2),
    mem_limit=SIZES,
    cpus=st.floats(0.01, 1024).map(lambda cpus: round(cpus, 3)),
    stop_signal=st.sampled_from(["SIGTERM", "SIGQUIT", "SIGRTMIN+3", "15"]),
    stop_grace_period=DURATIONS,
    restart=st.sampled_from(["unless-stopped", "no"]),
    logging=mapping(driver=st.sampled_from(["json-file", "local"]), options=st.dictionaries(WORDS, TEXTS, max_size=2)),
    ulimits=st.dictionaries(
        st.sampled_from(["nofile", "core"]), needing({"soft": st.integers(-1, 9), "hard": st.integers(9, 99)})
    ),
    cap_add=st.lists(st.sampled_from(["NET_ADMIN", "ALL"]), max_size=2),
    cap_drop=st.lists(st.sampled_from(["NET_ADMIN", "ALL"]), max_size=2),
    group_add=st.lists(st.sampled_from(["audio", "999"]), max_size=2),
    pids_limit=st.integers(-1, 9999),
    security_opt=st.just(["no-new-privileges:true"]),
    sysctls=st.dictionaries(st.sampled_from(["net.core.somaxconn", "kernel.msgmax"]), WORDS, max_size=2),
    read_only=st.booleans(),
    init=st.booleans(),
    extra_hosts=st.dictionaries(HOSTS, st.ip_addresses().map(str) | st.just("host-gateway"), max_size=2),
    shm_size=SIZES,
    platform=st.sampled_from(["linux/amd64", "linux/arm64/v8"]),
)


def services() -> st.SearchStrategy[Service]:
    return SERVICES.map(Service.model_validate)
