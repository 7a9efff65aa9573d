"""Environment variables in, the host that runs this out; what it shows, what it refuses, what it would obey.

A limit or a variable that no test of ours can hold against its host stands with the place that says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Host = Literal["github", "gitlab", "jenkins", "azure", "bitbucket"]

COMMENT_BYTES = 262_144
"""What GitHub stores of a comment, in UTF-8: github.com/dead-claudia/github-limits/pull/13, tried out there."""
SUMMARY_BYTES = 1024 * 1024
"""What GitHub takes of a step's summary; of a longer one it shows nothing: docs.github.com, Workflow commands, Job
summaries ("a maximum size of 1MiB"); actions/dependency-review-action#867 has the runner's words."""

_LIMITS: Mapping[Host, int] = {
    # "maximum is 65536 characters" (the API's answer); code points: github-limits/pull/13.
    "github": 65_536,
    # docs.gitlab.com/api/notes: "Limited to 1,000,000 characters".
    "gitlab": 1_000_000,
    # "Please enter a non-empty value less than 32768 characters": jenkinsci/violation-comments-to-stash-plugin#26.
    "bitbucket": 32_767,
    # "A discussion comment cannot be longer than 150000 characters": runatlantis/atlantis/pull/1585.
    "azure": 150_000,
}


def host(environ: Mapping[str, str]) -> Host | None:
    """The CI system whose variables these are; None at a terminal, and on a system that is not known.

    Jenkins comes last: its agents also run as jobs of others, not the other way round.
    """
    # docs.github.com, Variables reference: GITHUB_ACTIONS is "always set to true". Gitea and Forgejo set it as well.
    if _true(environ, "GITHUB_ACTIONS"):
        return "github"
    # docs.gitlab.com/ci/variables/predefined_variables: GITLAB_CI, "available for all jobs", "true when available".
    if _true(environ, "GITLAB_CI"):
        return "gitlab"
    # learn.microsoft.com, Use predefined variables: TF_BUILD, "set to True if the script is being run by a build task".
    if _true(environ, "TF_BUILD"):
        return "azure"
    # support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets: the unique identifier for a build.
    if environ.get("BITBUCKET_BUILD_NUMBER"):
        return "bitbucket"
    # jenkins.io/doc/book/pipeline/jenkinsfile: JENKINS_URL only where the controller's URL is set;
    # BUILD_TAG is always "jenkins-${JOB_NAME}-${BUILD_NUMBER}".
    if environ.get("JENKINS_URL") or environ.get("BUILD_TAG", "").startswith("jenkins-"):
        return "jenkins"
    return None


def _true(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").lower() == "true"


def comment_limit(host: Host | None) -> int:
    """How many characters (code points) a comment on a pull request may have; GitHub's where no host is known."""
    return _LIMITS.get(host or "github", _LIMITS["github"])


def format_of(host: Host | None) -> str:
    """What `--output-format auto` means: the host's own annotations where a log can hold them."""
    return "github" if host == "github" else "text"


# ---- what a log obeys

# actions/runner, src/Runner.Common/ActionCommand.cs: TryParseV2 takes a line that begins with `::`, after white space;
# TryParse takes `##[name]` wherever it stands in a line. Both streams are read.
_LINE_COMMAND = re.compile(r"(?:^|(?<=[\r\n]))([^\S\r\n]*):(?=:)")
# Azure's agent looks for `##vso[` and `##[` anywhere in a line (azure-pipelines-agent, Command.cs), TeamCity for
# `##teamcity[`.
_COMMAND = re.compile(r"##(\w*)\[")
_BRACKETS = {"json": r"\u005b", "sarif": r"\u005b", "gitlab": r"\u005b", "junit": "&#91;"}
"""How these write a bracket in a string, in other words for the same value."""


def obeys(host: Host | None) -> bool:
    """Whether a line of the log can be a command to the host: mask this, set that, stop listening."""
    return host in ("github", "azure")


def defused(text: str, format: str = "text") -> str:
    r"""Text of which no line is a command: names, messages and SQL come from whoever wrote the pull request.

    `::add-mask::x` becomes `\x3a:add-mask::x` where it begins a line, `##[` becomes `##\x5b` everywhere: as other
    characters that do something are shown. In JSON and XML the same value is written in another way. Doing it twice
    changes nothing.
    """
    bracket = _BRACKETS.get(format)
    if bracket is not None:
        return _COMMAND.sub(lambda found: f"##{found[1]}{bracket}", text)
    text = _COMMAND.sub(lambda found: rf"##{found[1]}\x5b", text)
    return _LINE_COMMAND.sub(lambda found: rf"{found[1]}\x3a", text)
