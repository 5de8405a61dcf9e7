# Sourced by scenarios/demo, tests/run and .ci/run: find the tree, install what is missing, configure.
set -eu

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages="g++ make cmake ninja-build pkg-config libeigen3-dev libboost-dev libtbb-dev libhdf5-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev libfmt-dev librandom123-dev libhwy-dev libxxhash-dev"

say() { printf '%s\n' "$*"; }

installed=() # by this call: for the line that undoes it

# need_packages NAME...: install the Debian packages that are not there, and say how to undo it.
need_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    go_on_without "This is not Debian or a system like it. Needed, under Debian's names: $*"
    return
  fi
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      go_on_without "Neither root nor sudo, so these packages are not installed: ${missing[*]}"
      return
    fi
    sudo=(sudo)
  fi
  say "Installing ${missing[*]}"
  local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
  local log
  log=$(mktemp)
  if { "${apt[@]}" update; "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    rm -f "$log"
    installed+=("${missing[@]}")
    say "To undo that: ${sudo[*]:+sudo }apt-get purge --autoremove ${missing[*]}"
  else
    cat "$log"
    rm -f "$log"
    say "The packages above could not be installed."
    return 1
  fi
}

# The libraries may have been installed another way: CMake names what it does not find.
go_on_without() {
  say "$1"
  local tool
  for tool in cmake c++; do
    command -v "$tool" >/dev/null || { say "$tool is not there either: stopping."; return 1; }
  done
  say "Going on with what is there."
}

# npm fetches the page's chart library; any npm will do.
need_npm() {
  command -v npm >/dev/null || need_packages nodejs npm
}

# build PRESET [--target TARGET]...: configure with ninja where it is, with the options in LIKVARD_CMAKE_OPTIONS, and build.
build() {
  local preset=$1 generator=() log=$root/build/$1.log
  shift
  mkdir -p "$root/build"
  if command -v ninja >/dev/null && [ ! -f "$root/build/$preset/CMakeCache.txt" ]; then generator=(-G Ninja); fi
  say "Building ($preset) in build/$preset"
  (cd "$root" && cmake --preset "$preset" "${generator[@]}" ${LIKVARD_CMAKE_OPTIONS:-}) >"$log" 2>&1 || { cat "$log"; return 1; }
  cmake --build "$root/build/$preset" --parallel "$(nproc)" "$@" | { if [ -t 1 ]; then cat; else grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Generating|Copy|Re-checking)' || true; fi; }
  return "${PIPESTATUS[0]}"
}
