import TestSupport
import Testing

/// One ordinary program that must do real work inside `standard`, as a script and its output.
struct RealProgram: Sendable, CustomTestStringConvertible {
  let name: String
  /// The `#!` line's program.
  let interpreter: String
  let script: String
  /// What it prints, whole.
  let output: String

  var testDescription: String { name }

  func path() throws -> String { try RootFolder.shared.get()("real-\(name)") }

  /// Writes all scripts, as entries of a whitelist.
  static func installAll() throws -> [String] {
    for program in all {
      _ = try RootFolder.shared.get().script(
        "real-\(program.name)", "#!\(program.interpreter)\n\(program.script)\n")
    }
    return try all.map { try $0.path() }
  }

  private static func bash(_ name: String, _ script: String, prints output: String) -> Self {
    RealProgram(
      name: name, interpreter: "/bin/bash", script: "set -euo pipefail\n" + script, output: output)
  }
}

extension RealProgram {
  static let all: [RealProgram] = [
    .bash(
      "ffmpeg",
      """
      ffmpeg -nostdin -v error -f lavfi -i testsrc=size=160x120:rate=25:duration=2 \\
        -f lavfi -i sine=frequency=440:duration=2 \\
        -c:v libx264 -preset ultrafast -threads 2 -pix_fmt yuv420p -c:a aac clip.mp4
      ffprobe -v error -show_entries stream=codec_name,nb_read_frames -count_frames \\
        -select_streams v -of csv=p=0 clip.mp4
      ffprobe -v error -show_entries stream=codec_name -select_streams a -of csv=p=0 clip.mp4
      """,
      prints: "h264,50\naac\n"),
    RealProgram(
      name: "python", interpreter: "/usr/bin/python3",
      script: """
        import multiprocessing, sqlite3, subprocess, tempfile
        def square(number): return number * number
        if __name__ == "__main__":
            print(subprocess.run(["sh", "-c", "echo $((6 * 7))"], capture_output=True).stdout)
            with multiprocessing.Pool(2) as pool: print(pool.map(square, range(5)))
            with tempfile.NamedTemporaryFile() as file:
                base = sqlite3.connect(file.name)
                base.execute("create table t (x)")
                base.executemany("insert into t values (?)", [(n,) for n in range(10)])
                base.commit()
                print(base.execute("select sum(x) from t").fetchone())
        """,
      output: "b'42\\n'\n[0, 1, 4, 9, 16]\n(45,)\n"),
    .bash(
      "git",
      """
      git init -q -b main origin
      cd origin
      git config user.name tester
      git config user.email tester@example.invalid
      echo one > file
      git add file
      git commit -q -m first
      cd ..
      git clone -q origin copy
      cd copy
      git config user.name tester
      git config user.email tester@example.invalid
      echo two >> file
      git commit -q -a -m second
      git log --format=%s
      git fsck --strict 2> /dev/null
      """,
      prints: "second\nfirst\n"),
    .bash(
      "gcc",
      """
      printf '#include <stdio.h>\\nint main(void) { puts("built"); return 3; }\\n' > program.c
      gcc -O1 -Wall -pipe -o program program.c
      code=0
      ./program || code=$?
      echo "$code"
      """,
      prints: "built\n3\n"),
    .bash(
      "imagemagick",
      """
      /usr/bin/convert -size 64x48 gradient:red-blue -rotate 90 picture.png
      /usr/bin/convert picture.png -resize 50% picture.jpg
      /usr/bin/identify -format '%m %wx%h\\n' picture.png picture.jpg
      """,
      prints: "PNG 48x64\nJPEG 24x32\n"),
    RealProgram(
      name: "node", interpreter: "/usr/bin/node",
      script: """
        const { execFileSync } = require('child_process')
        const fs = require('fs')
        fs.writeFileSync('file', JSON.stringify({ sum: [1, 2, 3].reduce((a, b) => a + b) }))
        console.log(execFileSync('cat', ['file']).toString())
        fs.promises.readFile('file').then((bytes) => console.log(bytes.length))
        """,
      output: "{\"sum\":6}\n9\n"),
    .bash(
      "pipeline",
      """
      seq 1 1000 | sort -R | grep -v 7 | sort -n | awk '{ sum += $1 } END { print NR, sum }'
      """,
      prints: "729 342658\n"),
    .bash(
      "archives",
      """
      mkdir tree
      seq 1 5000 > tree/numbers
      ln -s numbers tree/link
      for kind in gzip xz zstd; do
        tar --use-compress-program="$kind" -cf "tree.$kind" tree
        mkdir "out.$kind"
        tar --use-compress-program="$kind" -xpf "tree.$kind" -C "out.$kind"
        cmp tree/numbers "out.$kind/tree/link" && echo "$kind"
      done
      perl -e 'print join(",", map { $_ * 2 } 1 .. 3), "\\n"'
      openssl rand -hex 4 | tr -d '\\n' | wc -c
      """,
      prints: "gzip\nxz\nzstd\n2,4,6\n8\n"),
    .bash(
      "rsync",
      """
      mkdir from
      seq 1 3000 > from/numbers
      ln -s numbers from/link
      mkfifo from/fifo
      rsync -a --specials from/ to/
      echo more >> from/numbers
      rm from/link
      rsync -a --specials --delete --checksum from/ to/
      diff from/numbers to/numbers && ls to
      """,
      prints: "fifo\nnumbers\n"),
    .bash(
      "sqlite3",
      """
      sqlite3 base 'pragma journal_mode = wal' 'create table t (x)' \
        'with recursive n(x) as (select 1 union all select x + 1 from n limit 1000)
         insert into t select x from n' 'pragma integrity_check'
      sqlite3 base 'select count(*), sum(x) from t' 'vacuum'
      """,
      prints: "wal\nok\n1000|500500\n"),
    // A JRE has no compiler: its own tool for keys starts the machine, threads and cryptography.
    .bash(
      "java",
      """
      java -XX:+PrintFlagsFinal -version 2> /dev/null | grep -c UseCompressedOops > /dev/null
      keytool -genkeypair -alias one -keyalg RSA -keysize 2048 -dname CN=tester \
        -keystore keys -storepass password -validity 1 2> /dev/null
      keytool -list -keystore keys -storepass password 2> /dev/null | grep -c PrivateKeyEntry
      """,
      prints: "1\n"),
  ]
}
