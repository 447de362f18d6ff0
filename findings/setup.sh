# Sourced by every finding: a temporary folder, removed at exit, and packages of pinned versions in it.
# A finding exits with 0 if the behaviour is as its text says, 1 if it is not, 2 if the packages could not be had.

set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

missing() {
    echo "not run: $1" >&2
    [ ! -s log ] || tail -n 20 log >&2
    exit 2
}

verdict() {
    if "$@"; then echo "as stated"; else echo "no longer as stated"; exit 1; fi
}

# rust 'name = "=1.2.3"' ... < main.rs
rust() {
    mkdir -p src
    {
        printf '[package]\nname = "finding"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n\n'
        printf '[profile.dev]\ndebug = 0\n\n[dependencies]\n'
        printf '%s\n' "$@"
    } > Cargo.toml
    cat > src/main.rs
    CARGO_TARGET_DIR=target cargo build --quiet > log 2>&1 || missing "cargo could not build it"
    printf 'runs: %s\n' "$@"
    verdict target/debug/finding
}

# python name==1.2.3 ... < main.py
python() {
    cat > main.py
    { python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check "$@"; } > log 2>&1 || missing "pip could not install $*"
    echo "runs: $* on $(venv/bin/python --version)"
    verdict venv/bin/python main.py
}

# node name@1.2.3 ... < main.mjs
node_packages() {
    cat > main.mjs
    echo '{ "private": true }' > package.json
    npm install --ignore-scripts --no-audit --no-fund --save-exact "$@" > log 2>&1 || missing "npm could not install $*"
    echo "runs: $* on node $(node --version)"
    verdict node main.mjs
}

# debian name=version ...: unpacked into ./root, not installed
debian() {
    chmod 755 .
    for package in "$@"; do
        apt-get download "$package" > log 2>&1 || missing "apt-get could not download $package"
    done
    for file in *.deb; do dpkg-deb -x "$file" root; done
    echo "runs: $*"
}
