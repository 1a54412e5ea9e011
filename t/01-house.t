#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The rules of the house, as far as a machine can see them: docs of the plan and the style say
# why. What a rule finds is printed as file:line: what.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use File::Find;
use File::Spec;
use File::Temp;
use Test::More;

my $root = abs_path(dirname(__FILE__) . '/..');
my $build = File::Spec->rel2abs($ENV{BUILD} // "$root/build");
chdir $root or die "$root: $!";

# Folders from the bottom up; a file includes its own and what is below. Those of one rank do
# not know each other.
my %rank = (core => 0, config => 1, os => 2, ctl => 3, event => 3, process => 4, proxy => 5, uwsgi => 6, udp => 6, admin => 6, language => 1, mapper => 6,
	compat => 7, '' => 8);

# Where memory comes from; everybody else asks them. The first row is for all, the others own a
# table that grows with the configuration or with what is open.
my %allocates = map { $_ => 1 } qw(
	src/core/arena.c src/core/map.c src/core/slab.c src/core/text.c src/config/config.c
	src/config/object.c src/config/config_members.c src/process/objects_free.c
	src/process/names_table.c
	src/event/timer.c src/event/event_poll.c src/admin/event_libevent.c
	src/proxy/registry.c src/proxy/service.c src/proxy/backend.c src/proxy/choice.c src/proxy/node_route.c
	src/proxy/listener.c src/proxy/listeners.c src/proxy/session_table.c
	src/proxy/pool_source.c src/process/kept_changes.c src/udp/caches.c src/udp/cache_stream.c src/udp/cache_cover.c
	src/udp/cache_load.c
	src/core/map_lines.c src/proxy/subscribed_regexps.c src/udp/pool_owner.c src/udp/subscription_server.c
	src/udp/subscription_names.c src/udp/subscription_forward.c src/udp/subscription_target.c
	src/udp/subscription_waiting.c src/proxy/scripts.c src/mapper/mapper_routes.c
	src/mapper/mapper_streams.c src/mapper/script.c src/mapper/script_process.c src/mapper/cache_scripts.c
	src/udp/dns.c src/udp/dns_channel.c src/udp/dns_name.c
	src/udp/fanout.c src/udp/fanout_senders.c src/udp/fanout_target.c
	src/udp/fanout_names.c src/udp/fanout_queue.c src/udp/fanout_replay.c src/udp/fanout_update.c
	src/udp/datagram_listener.c src/udp/datagram_part.c src/udp/datagram_receiver.c src/udp/known.c
	src/udp/subscription_keys.c src/udp/subscription_sign.c);

my %text;	# path => its lines
find({ no_chdir => 1, wanted => sub {
	$File::Find::prune = 1 if /\/(?:build|node_modules)$/ && -d;
	return if !-f || /\.tar\.gz$/;
	my $path = s{^\./}{}r;
	open my $file, '<', $path or return;
	$text{$path} = [<$file>];
	chomp @{ $text{$path} };
} }, grep { -e } qw(src t auto conf man docs .ci configure Makefile.in test demo README.md
	CONTRIBUTING.md SECURITY.md LICENSE));

my @code = sort grep { m{^src/.*\.[ch]$} } keys %text;
my @headers = grep { /\.h$/ } @code;
my @tests = sort grep { m{^t/.*\.[ch]$} } keys %text;
my @shell = sort grep { ($text{$_}[0] // '') =~ m{^#!.*\b(?:ba)?(?:sh|openrc-run)$} || m{^auto/} } keys %text;

# A source without comments and the insides of strings; lines keep their numbers.
sub stripped {
	my ($path) = @_;
	my $all = join "\n", @{ $text{$path} };
	$all =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}
		{ my ($comment, $string) = ($1, $2);
		  defined $comment ? "\n" x ($comment =~ tr/\n//) : substr($string, 0, 1) x 2 }gse;
	return split /\n/, $all, -1;
}
my %stripped = map { $_ => [stripped($_)] } @code;

sub includes {
	my ($path) = @_;
	return map { /^\s*#\s*include\s+"([^"]+)"/ ? $1 : () } @{ $text{$path} };
}

# folder of a source, '' for main.c and modules.c
sub folder { return $_[0] =~ s{^src/}{}r =~ m{^(\w+)/} ? $1 : '' }

# [name, first line, last line, static] of each function, by the way the house writes them.
sub functions {
	my ($path) = @_;
	my $lines = $stripped{$path};
	my @found;
	for my $open (grep { $lines->[$_] eq '{' } 0 .. $#$lines) {
		my $first = $open - 1;
		$first-- while $first > 0 && $lines->[$first] !~ /^[A-Za-z_]/;
		my $head = join ' ', @$lines[$first .. $open - 1];
		my ($name) = $head =~ /(\w+)\s*\(/ or next;
		my $last = $open;
		$last++ while $last < $#$lines && $lines->[$last] !~ /^\}/;
		push @found, [$name, $first + 1, $last + 1, scalar $head =~ /\bstatic\b/, $path];
	}
	return @found;
}
my @functions = map { functions($_) } grep { /\.c$/ } @code;

# One rule, one test.
sub rule {
	my ($name, @found) = @_;
	ok(!@found, $name) or diag(map { "  $_\n" } @found);
}

# Lines of the code that match, as file:line: text.
sub matching {
	my ($pattern, @paths) = @_;
	return map { my $path = $_; my $lines = $stripped{$path};
		map { $lines->[$_] =~ $pattern ? "$path:" . ($_ + 1) . ": $lines->[$_]" : () } 0 .. $#$lines
	} @paths;
}

# What does not keep a rule yet: lines of `RULE: WHAT` in t/01-house.debt. A rule fails for what
# is not listed, so the list can only become shorter, and for what is listed without need (@paid).
my %debt;
for (map { s/\s*#.*//r } @{ $text{'t/01-house.debt'} // [] }) {
	$debt{$1}{$2} = 1 if /^(\w+): (.+)/;
}
my @paid;

# A rule for [what, where]: `what` is the name in the list.
sub rule_with_debt {
	my ($key, $name, @found) = @_;
	my %met = map { $_->[0] => 1 } @found;
	push @paid, map { "$key: $_" } grep { !$met{$_} } sort keys %{ $debt{$key} };
	rule($name, map { $debt{$key}{ $_->[0] } ? () : "$_->[0]: $_->[1]" } @found);
}

sub output { my @command = @_; return scalar qx(@command 2>&1) }
sub available { my ($program) = @_; return scalar grep { -x "$_/$program" } split /:/, $ENV{PATH} }

rule('.c files of at most 400 lines',
	map { @{ $text{$_} } > 400 ? "$_: " . @{ $text{$_} } : () } grep { /\.c$/ } @code, @tests);
rule('headers of at most 120 lines',
	map { @{ $text{$_} } > 120 ? "$_: " . @{ $text{$_} } : () } @headers);
rule('functions of at most 60 lines', map {
	my ($name, $first, $last, undef, $path) = @$_;
	$last - $first >= 60 ? "$path:$first: $name: " . ($last - $first + 1) : ()
} @functions);
rule('lines of at most 100 columns, no blanks at their end', map {
	my $path = $_;
	map {
		my $line = $text{$path}[$_];
		1 while $line =~ s/^([^\t]*)\t/$1 . ' ' x (8 - length($1) % 8)/e;
		length $line > 100 || $text{$path}[$_] =~ /[ \t]$/ ? "$path:" . ($_ + 1) : ()
	} 0 .. $#{ $text{$path} }
} @code, grep { /\.[ch]$/ } @tests);

rule('every source says its licence first', map {
	my $top = join "\n", grep { defined } @{ $text{$_} }[0, 1];
	$top =~ /SPDX-License-Identifier: BSD-2-Clause/ ? () : $_
} @code, @tests, @shell, 'Makefile.in', grep { m{^t/.*\.(?:t|p[lm])$} } sort keys %text);

rule('includes go down', map {
	my $path = $_;
	my $from = folder($path);
	map {
		my $to = folder($_);
		my $fine = $from eq $to || ($rank{$to} // 9) < ($rank{$from} // -1);
		$fine ? () : "$path: includes $_"
	} includes($path)
} @code);
rule('a file includes its own header first', map {
	my $own = s{^src/}{}r =~ s/\.c$/.h/r;
	my ($first) = includes($_);
	$text{"src/$own"} && ($first // '') ne $own ? $_ : ()
} grep { /\.c$/ } @code);
rule('no umbrella header: at most 8 of ours in one', map {
	my $count = () = includes($_);
	$count > 8 ? "$_: $count" : ()
} @headers);

# Depth first: a header that is met again below itself is in a ring.
sub ring {
	my ($path, @above) = @_;
	return join ' -> ', @above, $path if grep { $_ eq $path } @above;
	for (map { "src/$_" } includes($path)) {
		my $found = $text{$_} ? ring($_, @above, $path) : '';
		return $found if $found;
	}
	return '';
}
rule('no ring of headers', grep { $_ } map { ring($_) } @headers);

# A room is x.c with x.h: who has the one knows the other. Tarjan's components of the graph of
# rooms; those of more than one room are rings.
sub room { return $_[0] =~ s{^src/}{}r =~ s/\.[ch]$//r }
my %next;
for my $path (@code) {
	my $from = room($path);
	$next{$from}{$_} = 1 for grep { $_ ne $from } map { room($_) } includes($path);
}
my (%index, %low, %on, @stack, %ring_of);
sub visit {
	my ($at) = @_;
	$index{$at} = $low{$at} = keys %index;
	$on{$at} = 1;
	push @stack, $at;
	for (sort keys %{ $next{$at} }) {
		visit($_) if !defined $index{$_};
		$low{$at} = $low{$_} if $on{$_} && $low{$_} < $low{$at};
	}
	return if $low{$at} != $index{$at};
	my @ring;
	do { push @ring, pop @stack; delete $on{ $ring[-1] } } while $ring[-1] ne $at;
	@ring = sort @ring;
	$ring_of{$_} = "@ring" for @ring > 1 ? @ring : ();
}
$index{$_} // visit($_) for sort keys %next;
rule_with_debt('ring', 'no ring among rooms: x.c with x.h', map { [$_, $ring_of{$_}] } sort keys %ring_of);

# Listed with how many there are: not one more.
my %most = map { split / / } keys %{ $debt{includes} };
push @paid, map { "includes: $_ $most{$_}" } grep {
	my $count = () = $text{$_} ? includes($_) : ();
	$count <= 12
} sort keys %most;
rule('a .c file includes at most 12 headers of ours', map {
	my $count = () = includes($_);
	$count > ($most{$_} // 12) ? "$_: $count" : ()
} grep { /\.c$/ } @code);

# A process kind is its row: nobody else asks which one a process is.
my @kinds = map { /^\s+&(\w+_kind),$/ ? $1 : () } @{ $text{'src/modules.c'} };
my %row_of;	# kind => the .c file that has its row
for my $path (grep { /\.c$/ } @code) {
	for (@{ $stripped{$path} }) {
		$row_of{$1} = $path if /^const struct process_kind (\w+) = \{/;
	}
}
rule('no process kind is asked for by name', (map {
	my $kind = $_;
	my $own = ($row_of{$kind} // '') =~ s/\.c$//r;
	grep { !m{^(?:src/modules\.c|\Q$own\E\.[ch]):} } matching(qr/\b$kind\b/, @code)
} @kinds), matching(qr/\bSLOT_(?:WORKER|CONTROL|RESOLVER)\b|->kind\s*[!=]=\s*&(?!config_)|kind->name\s*,\s*"/, @code));

rule('header guards are called FOLDER_FILE_H', map {
	my $guard = uc(s{^src/}{}r =~ s/\W/_/gr);
	(grep { $_ eq "#ifndef $guard" } @{ $text{$_} }) ? () : "$_: $guard"
} @headers);
rule('no variable in a header but const records',
	grep { !/\bconst\b/ } matching(qr/^extern\b(?!.*\()|^static (?!inline|const)[^(]*[;=]/, @headers));
rule('typedef only for function types', matching(qr/^typedef\b(?! int no_\w+_here;)(?!.*\()/, @code));

rule('memory comes from few files',
	grep { my ($path) = /^([^:]+)/; !$allocates{$path} }
	matching(qr/(?<![\w.>])(?:malloc|calloc|realloc|reallocarray|strdup|strndup|asprintf)\s*\(/, @code));
rule('no function that does not know a limit', matching(
	qr/(?<![\w.>])(?:strcpy|strcat|stpcpy|sprintf|vsprintf|gets|strtok|scanf|alloca|system|popen|mktemp|tmpnam)\s*\(/,
	@code));
rule('goto has one label, fail', matching(qr/\bgoto (?!fail;)/, @code), map {
	my ($name, $first, $last, undef, $path) = @$_;
	my @labels = grep { /^\w+:/ && !/^default:/ } @{ $stripped{$path} }[$first - 1 .. $last - 1];
	@labels > 1 ? "$path:$first: $name has @labels" : ()
} @functions);

# A door is in a header of the folder; -Wmissing-prototypes sees to it that there is one at all.
my (%declared, %declared_by);	# by folder, name, header
for my $header (@headers) {
	my $base = basename($header, '.h');
	for (map { /(\w+)(?:\(|;)/g } @{ $stripped{$header} }) {
		$declared{folder($header)}{$_} = 1;
		$declared_by{folder($header)}{$_}{$base} = 1;
	}
}
rule('public functions are declared in a header of their folder', map {
	my ($name, $first, undef, $static, $path) = @$_;
	$static || $name eq 'main' || $declared{ folder($path) }{$name} ? () : "$path:$first: $name"
} @functions);

# From the name of a function one finds its file. session_start() is in session.c;
# config_bind_backends() in config_backends.c: the words of the file's name are in it, in their
# order, the first one first, singular or plural. Or those of the header that declares it, if
# the file is a part of that: scoreboard_reclaim.c has scoreboard_recount().
sub same_word {
	my ($one, $two) = map { s/ies$/y/r =~ s/s$//r } @_;
	return $one eq $two;
}
sub carries {
	my ($name, $file) = @_;
	my @words = split /_/, $name;
	my ($first, @rest) = split /_/, $file;
	return 0 if !same_word(shift @words, $first);
	for my $word (@rest) {
		shift @words while @words && !same_word($words[0], $word);
		return 0 if !@words;
		shift @words;
	}
	return 1;
}
# The second struct or the values of a file, which lend their name to its functions.
my %also = (
	'core/units' => [qw(number duration size bool)],	# one pair for each kind of value
	'event/event' => ['loop'],	# what runs the events
	'core/scoreboard' => [qw(counter backend service session)],	# what lies in it
	'core/scoreboard_owned' => [qw(backend service)],
	'core/conf_errors' => ['conf_fail'],	# what everybody calls who finds a mistake
);
my %lent;
sub lent {
	my ($path, $name) = @_;
	for my $prefix (@{ $also{ room($path) } // [] }) {
		return $lent{ room($path) }{$prefix} = 1 if $name =~ /^\Q$prefix\E(?:_|$)/;
	}
	return 0;
}
rule_with_debt('prefix', 'public functions carry the name of their file', map {
	my ($name, $first, undef, $static, $path) = @$_;
	my $file = basename($path, '.c');
	my @of = grep { $declared_by{ folder($path) }{$name}{$_} && ($file eq $_ || $file =~ /^\Q$_\E_/) }
		keys %{ $declared_by{ folder($path) }{$name} };
	$static || $name eq 'main' || lent($path, $name) || (grep { carries($name, $_) } $file, @of)
		? () : [$name, "$path:$first"]
} @functions);
rule('no file lends a name that it does not use', map {
	my $room = $_;
	map { $lent{$room}{$_} ? () : "$room: $_" } @{ $also{$room} }
} sort keys %also);

# docs/glossary.md has the words to use. A program does not talk: it sends, logs, reports, prints.
my $private = join '|', qw(look looks tell tells told say says said ask asks hear settle settled bury stir tidy
	manners outlook obituary last_words grow_up);
rule_with_debt('word', "names of functions are made of the field's words", map {
	my ($name, $first, undef, undef, $path) = @$_;
	$name =~ /(?:^|_)(?:$private)(?:_|$)/ ? [room($path) . " $name", $first] : ()
} @functions);

my %defined;
for my $path (@code) {
	my $lines = $stripped{$path};
	for (0 .. $#$lines) {
		next if $lines->[$_] !~ /^(?:static )?(?:const )?(struct|enum) (\w+)\s*\{|^typedef (struct|enum) (\w+)/;
		push @{ $defined{ $2 // $4 } }, "$path:" . ($_ + 1);
	}
}
rule_with_debt('name', 'structs and enums have names of their own', map {
	@{ $defined{$_} } > 1 ? [$_, join ' ', @{ $defined{$_} }] : ()
} sort keys %defined);

# conf.c keeps what was given in 64 bits.
rule('sections have at most 64 directives', map {
	my $path = $_;
	my $all = join "\n", @{ $stripped{$path} };
	my @found;
	while ($all =~ /\bstruct directive (\w+)\[\]\s*=\s*\{(.*?)\n\};/gs) {
		my ($name, $body) = ($1, $2);
		my $rows = () = $body =~ /^\t\{/mg;
		push @found, "$path: $name has $rows" if $rows > 64 || !$rows;
	}
	@found
} grep { /\.c$/ } @code);

my $sizes = join "\n", @{ $text{'src/core/scoreboard.c'} };
rule('the size of what lies in the shared memory belongs to a layout number', map {
	/^struct (\w+) \{/ && $sizes !~ /^LAYOUT_HAS\(\d+, struct $1,\s/m ? $1 : ()
} map { @{ $stripped{$_} } } 'src/core/layout.h');

# struct session says which file writes which fields; what is inside of a field is its owner's.
my ($owner, %writer) = ('');
for (@{ $text{'src/proxy/session_struct.h'} // [] }) {
	$owner = $1 if m{^\t/\* (\w+\.c)\b};
	$writer{$1} = $owner if $owner && /^\t\w[^;(]*?\b(\w+)(?: : \d+)?;/;
}
my $fields = join '|', sort keys %writer;
rule('a field of a session is written by one file', map {
	my $path = $_;
	map { $stripped{$path}[$_] =~ /\b(?:s|session)->($fields) *(?:[-+|]?=[^=]|\+\+|--)/
		&& basename($path) ne $writer{$1}
		? "$path:" . ($_ + 1) . ": $1 is $writer{$1}'s" : () } 0 .. $#{ $stripped{$path} }
} grep { m{^src/proxy/\w+\.c$} && (grep { /session_struct\.h"/ } @{ $text{$_} }) } @code) if $fields;
rule('nothing left for later', map {
	my $path = $_;
	map { $text{$path}[$_] =~ /\b(?:TODO|FIXME|XXX|HACK|TBD)\b|\bnot (?:yet )?implemented\b|\bfor now\b|\bstub\b/i
		? "$path:" . ($_ + 1) . ": $text{$path}[$_]" : () } 0 .. $#{ $text{$path} }
} @code);
rule('no banners', grep { $_ } map {
	my $path = $_;
	map { $text{$path}[$_] =~ m{/\*\*\*|[*=#-]{10}} ? "$path:" . ($_ + 1) : () } 0 .. $#{ $text{$path} }
} @code);

# What configure knows, and who asks.
my %known = map { /^feature (\S+) (HAVE_\w+)/ ? ($2 => $1) : () } @{ $text{'auto/features'} };
my %asked;
for my $path (@code) {
	$asked{$_}{$path} = 1 for map { /^\s*#/ ? /\bHAVE_\w+/g : () } @{ $stripped{$path} };
}
rule('a feature that is asked for is one that configure looks for',
	map { "$_: " . join ' ', sort keys %{ $asked{$_} } } grep { !$known{$_} } sort keys %asked);
rule('a feature that configure looks for is asked for by somebody',
	grep { !$asked{$_} } sort keys %known);
rule('a difference between systems is known to two folders at most', map {
	my $macro = $_;
	my %folders = map { folder($_) => 1 } keys %{ $asked{$macro} };
	delete $folders{''};	# main.c prints what is there
	keys %folders > 2 ? "$macro: " . join ' ', sort keys %{ $asked{$macro} } : ()
} sort keys %asked);
my $help = output('./configure --help');
rule('configure --help tells every feature', grep { $_ ne '-' && $help !~ /--without-\Q$_\E\s/ }
	sort values %known);

rule('unit tests stand where the code does', map {
	my $of = s{^t/unit/}{src/}r =~ s/_test\.c$//r;
	$text{"$of.c"} || $text{"$of.h"} ? () : $_
} grep { m{^t/unit/.*_test\.c$} } @tests);

rule('a suite of unit tests has the name of its file, which CK_RUN_SUITE takes', map {
	my $name = basename($_) =~ s/_test\.c$//r;
	(grep { /suite_create\("\Q$name\E"\)/ } @{ $text{$_} }) ? () : $_
} grep { m{^t/unit/.*_test\.c$} } @tests);

# Names in `quotes`, and file and function in the tables of the tour.
my $code = join "\n", map { @{ $text{$_} } } @code;
my @files = map { ($_, s{^src/}{}r, basename($_)) } keys %text;
sub exists_somewhere {
	my ($name) = @_;
	return $code =~ /\b$1\(/ if $name =~ /^(\w+)\(\)$/;
	return $code =~ /\b\Q$name\E\b/ if $name =~ /^\w+_\w+$|^(?:struct|enum) /;
	return 1 if $name !~ m{[/.*]};
	return 1 if -e $name || -d "src/$name";
	my $pattern = join '.*', map { quotemeta } split /\*/, $name, -1;
	return scalar grep { /^$pattern$/ } @files;
}
rule('what the documents name is there', map {
	my $path = $_;
	my %names = map { $_ => 1 } map {
		(/`([\w.\/*-]+(?:\(\))?|(?:struct|enum) \w+)`/g,
			/^    (\w+\.c)\b/, /^    .*?\b([a-z]+_\w+)/g)
	} @{ $text{$path} };
	map { exists_somewhere($_) ? () : "$path: $_" } sort keys %names
} 'docs/tour.md', 'docs/picture.md', 'docs/glossary.md', 'CONTRIBUTING.md');

rule('no path of the machine it was written on', map {
	my $path = $_;
	map { $text{$path}[$_] =~ m{\Q$root\E/|/home/\w|/Users/\w} ? "$path:" . ($_ + 1) : () }
		0 .. $#{ $text{$path} }
} sort keys %text);

SKIP: {
	my $compiler = $ENV{CC} // 'cc';
	my $config = "$build/config.h";
	skip 'needs a compiler and config.h', 1 if !available((split ' ', $compiler)[0]) || !-f $config;
	my $dir = File::Temp->newdir;
	my @broken;
	for my $header (@headers) {
		my $name = $header =~ s{^src/}{}r;
		open my $file, '>', "$dir/alone.c" or die $!;
		print $file qq(#include "$name"\n#include "$name"\n);
		close $file;
		my $said = output("$compiler -std=c11 -include $config -Isrc -Wall -Wextra -Werror",
			"-fsyntax-only $dir/alone.c");
		push @broken, "$header:\n$said" if $?;
	}
	rule('every header compiles alone, and twice', @broken);
}

for my $path (@shell) {
	my $shell = $text{$path}[0] =~ /bash$/ ? 'bash' : 'sh';
	my $said = output("$shell -n $path");
	ok(!$?, "$path is $shell") or diag($said);
}
SKIP: {
	skip 'shellcheck is not installed', 1 if !available('shellcheck');
	my @openrc = grep { $text{$_}[0] =~ /openrc/ } @shell;
	my $said = output('shellcheck -x', grep { my $path = $_; !grep { $_ eq $path } @openrc } @shell);
	is($said, '', 'shellcheck has nothing to say');
}
my @pages = sort grep { /^man\// } keys %text;
SKIP: {
	skip 'mandoc is not installed', 1 if !available('mandoc');
	skip 'no manual', 1 if !@pages;
	is(output('mandoc -Tlint -W warning', @pages), '', 'mandoc has nothing to say');
}

rule('what is listed in t/01-house.debt breaks its rule: else delete the line', @paid);
done_testing();
