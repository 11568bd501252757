"""Keys that people know from Compose: here, too, or told what to use."""

import pytest

from bluegreen.config.keys import keys_of
from bluegreen.config.suggest import HINTS, TOP_HINTS
from bluegreen.model.project import Project
from bluegreen.model.service import Service

OF_A_SERVICE = [
    "annotations", "attach", "blkio_config", "build", "cap_add", "cap_drop", "cgroup", "cgroup_parent",
    "command", "configs", "container_name", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota",
    "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpus", "cpuset", "credential_spec", "depends_on",
    "deploy", "develop", "device_cgroup_rules", "devices", "dns", "dns_opt", "dns_search", "domainname",
    "entrypoint", "env_file", "environment", "expose", "extends", "external_links", "extra_hosts", "gpus",
    "group_add", "healthcheck", "hostname", "image", "init", "ipc", "isolation", "label_file", "labels",
    "links", "logging", "mac_address", "mem_limit", "mem_reservation", "mem_swappiness", "memswap_limit",
    "models", "network_mode", "networks", "oom_kill_disable", "oom_score_adj", "pid", "pids_limit", "platform",
    "ports", "post_start", "pre_stop", "privileged", "profiles", "provider", "pull_policy", "read_only",
    "restart", "runtime", "scale", "secrets", "security_opt", "shm_size", "stdin_open", "stop_grace_period",
    "stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "use_api_socket", "user", "userns_mode",
    "uts", "volumes", "volumes_from", "working_dir",
]  # fmt: skip
AT_THE_TOP = ["version", "name", "include", "services", "networks", "volumes", "configs", "secrets", "models"]


@pytest.mark.parametrize("key", OF_A_SERVICE)
def test_a_key_of_a_compose_service_is_one_here_or_has_a_hint(key: str) -> None:
    assert key in keys_of(Service) or HINTS[key]


@pytest.mark.parametrize("key", AT_THE_TOP)
def test_a_key_at_the_top_of_a_compose_file_is_one_here_or_has_a_hint(key: str) -> None:
    assert key in keys_of(Project) or TOP_HINTS[key]
