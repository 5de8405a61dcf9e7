"""The manual page and the completions say what the command line takes: exercised in the shells that are there."""
import os
import re
import shutil

from support.steps import execute as run, expect, program, source


commands = re.findall(r"^  (\w+) ", run(program, "--help").stdout.split("Subcommands:")[1].split("Examples:")[0], re.M)
options = {c: sorted(set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", run(program, c, "--help").stdout, re.M))) for c in commands}
expect(len(commands) > 15 and all("--help" in o for o in options.values()), "the help lists the commands")

# The manual page.
page = run(program, "man").stdout
with open("likvard.1", "w", encoding="utf-8") as f:
    f.write(page)
for c in commands:
    part = page.split(f'.SS "likvard {c}"\n')[1].split("\n.S")[0]
    expect(all("\\fB" + o.replace("-", "\\-") + "\\fR" in part for o in options[c]), f"the manual page has every option of {c}")
if shutil.which("groff"):
    r = run("groff", "-man", "-ww", "-k", "-Tutf8", "-P-cbou", "likvard.1")
    expect(r.returncode == 0 and r.stderr == "", "groff finds nothing wrong", r)
    expect("results/<scenario>.h5" in r.stdout and "likvard run s.toml -o results/s.h5 --threads 4" in r.stdout, "and prints what one types", r)
if shutil.which("mandoc"):
    r = run("mandoc", "-T", "lint", "-W", "warning", "likvard.1")
    expect(not [line for line in r.stdout.splitlines() if "missing date" not in line], "mandoc finds nothing wrong", r)

# Completion: the line as typed so far, and what is offered.
for shell in ["bash", "zsh", "fish"]:
    with open("complete." + shell, "w", encoding="utf-8") as f:
        f.write(run(program, "completion", shell).stdout)
for name in ["one result.h5", "other.h5"]:
    open(name, "w").close()
cases = [("ru", {"run"}), ("e", {"ensemble", "example", "export", "explain"}), ("export --lo", {"--locale"}), ("export x.h5 --locale ", {"en", "sv"}), ("export --locale s", {"sv"}),
         ("completion ", {"bash", "zsh", "fish"}), ("run --threads ", set()), ("export o", {"one result.h5", "other.h5"}), ("export --labels ot", {"other.h5"})]


def bash(line):
    words = ["likvard", *line.split(" ")]
    r = run("bash", "-uc", 'source complete.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _likvard; ((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}"; true', "bash", *words)
    expect(r.returncode == 0 and r.stderr == "", "bash: " + line, r)
    return set(r.stdout.splitlines())


def fish(line):
    r = run("fish", "--no-config", "-c", f"source complete.fish; complete -C 'likvard {line}'", env={**os.environ, "HOME": os.getcwd(), "XDG_CONFIG_HOME": os.getcwd(), "XDG_DATA_HOME": os.getcwd()})
    expect(r.returncode == 0 and r.stderr == "", "fish: " + line, r)
    return {x.split("\t")[0].replace("\\ ", " ") for x in r.stdout.splitlines()}


# zsh completes in an editor only: one in a terminal of its own, where the candidates that are shown are told instead.
ZSH = r"""
zmodload zsh/zpty
zpty z "TERM=dumb PS1= zsh -f +o prompt_sp"
zpty -w z 'autoload -Uz compinit; compinit -u -D; autoload -Uz _likvard; fpath=($PWD $fpath); source ./complete.zsh 2>/dev/null; compdef _likvard likvard'
zpty -w z 'compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi; local -a hits; builtin compadd -A hits "$@"; builtin compadd "$@"; print -rl -- "<"${^hits}">"; }'
zpty -w z 'done-now() { print "<END>" }; zle -N done-now; bindkey "^X" done-now; print "<REA""DY>"'
zpty -r -m z seen $'*<READY>*'
zpty -n -w z "likvard $1"$'\t\x18'
zpty -r -m z seen '*<END>*'
print -rn -- "$seen"
zpty -d z
"""


def zsh(line):
    r = run("zsh", "-fc", ZSH, "zsh", line)
    expect(r.returncode == 0, "zsh: " + line, r)
    return {x.replace("\\ ", " ") for x in re.findall(r"<([^<>\r\n]+)>\r?$", r.stdout, re.M)} - {"END"}


for shell, offered in [("bash", bash), ("fish", fish), ("zsh", zsh)]:
    if not shutil.which(shell):
        print(f"{shell} is not there: its completion is not exercised")
        continue
    expect(run(shell, "-n", "complete." + shell).returncode == 0, f"{shell} reads it")
    for line, wanted in cases:
        got = offered(line)
        expect(got == wanted, f"{shell}: 'likvard {line}' offers {sorted(wanted)}; got {sorted(got)}")
    if shell != "zsh":
        for c in commands:
            expect(set(options[c]) <= offered(c + " --"), f"{shell}: every option of {c}")
