# The commands of a document, one a line: those in its blocks and in `code`. Left out are words for
# a command (`cimdse train`) and forms: a word in capitals (CONFIG), brackets or dots to fill in.
function take(code) {
    sub(/^\$ /, "", code)
    sub(/  +#.*$/, "", code)
    sub(/ +$/, "", code)
    if (code !~ /^(\.\/|build\/release\/tests\/bench\/)?(cimdse|cimdse\.sh|bench_[a-z_]+) /) return
    if (code ~ /^(\.\/)?cimdse [a-z]+( --?[a-z]+| inspect)?$/) return
    if (code ~ /(^|[ =\/\[])[A-Z]+(\.[a-z]+)?([ .\]]|$)|\.\.\.| \[|\$/) return
    print code
}
/^ *```/ { inside = !inside; next }
inside && sub(/ *\\$/, " ") { held = held $0; next }
inside { take(held $0); held = ""; next }
{ n = split($0, part, "`"); for (i = 2; i <= n; i += 2) take(part[i]) }
