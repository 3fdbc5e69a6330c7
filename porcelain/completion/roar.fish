# Completion of roar for fish: install it as share/fish/vendor_completions.d/roar.fish, or source it.

function __roar_complete
    set -l before (commandline -opc)
    set -l token (commandline -ct)
    set -l records ($before[1] complete --describe --typed -z -- \
        (string escape -- $before[2..-1]) "$token" 2>/dev/null | string split0)
    set -l offer $records[1]
    for record in $records[2..-1]
        # fish takes candidates by the line, and what follows a tab for a description.
        string match -q -- '*'\n'*' $record; or string match -q -- '*'\t'*'\t'*' $record; and continue
        echo -- $record
    end
    switch "$offer"
        case 'command *'
            set -l at (math (string replace 'command ' '' -- $offer) + 2)
            set -l rest $before[$at..-1]
            complete -C (string join ' ' -- (string escape -- $rest) "$token")
        case files
            __fish_complete_path "$token"
    end
end

complete -c roar -f -k -a '(__roar_complete)'
