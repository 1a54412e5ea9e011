#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A word in a log, the statistics or an answer that no manual page explains; and one that the page
# explains although heddle never says it. heddle-log(7) against the tables and the running program;
# heddle(8) against what -h prints.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Http;
use JSON::PP qw(decode_json);

my $root = Heddle::root();
# {section => {word => text}} of the page, by .Sh and .Ss
my (%page, $section, $word);
for (split /\n/, Heddle::read_file("$root/man/heddle-log.7")) {
	if (/^\.S[hs] (.*)/) { ($section, $word) = ($1, undef) }
	elsif (/^\.It (?:Ic|Cm|Pa) (\S+)$/) { $page{$section}{ $word = $1 } = '' }
	elsif (/^\.It/) { undef $word }
	elsif (defined $word && !/^\.(?:El|Bl)/) {
		$page{$section}{$word} .= (s/^\.\w+ //r =~ s/ (?=[,.])//gr) . ' ';
	}
}
sub explained { my ($title, @words) = @_;
	my %all = map { $_ => 1 } @words;
	is_deeply([sort keys %{ $page{$title} // {} }], [sort keys %all], "$title: all, and no other");
}

# A field or setting that the text speaks of is one of its own, or a directive.
my $pages = join "\n", map { Heddle::read_file("$root/man/$_") } qw(heddle-log.7 heddle.yaml.5);
my %item = map { $_ => 1 } $pages =~ /^\.It (?:Ic|Cm) (\w+)/mg;
my @mentioned = map { split /[ ,.;:]+/ } Heddle::read_file("$root/man/heddle-log.7")
	=~ /^\.Ic (.*?)(?: No.*)?$/mg;
my %nested = map { $_ => 1 } qw(p50 p99 count length peak limit generation at by refused timeout names addresses ttl_seconds age_seconds stale error
	unreachable reset file written_at write_errors_total last_error
	requests timeouts killed held);
is(join(' ', grep { !$item{$_} && !$nested{$_} } @mentioned), '', 'what the text names is explained');

# The rows of a table in the source: name => help
sub rows {
	my ($path, $pattern) = @_;
	return rows_of(Heddle::read_file("$root/$path"), $pattern);
}
sub rows_of {
	my ($all, $pattern) = @_;
	my %row;
	while ($all =~ /$pattern((?:[\s\\]*"[^"]*")+)\s*(?:, \d+ )?[})]/g) {
		my ($name, $help) = ($1, $2);
		$row{$name} = join '', $help =~ /"([^"]*)"/g;
	}
	return \%row;
}
sub same_text {
	my ($title, $rows) = @_;
	explained($title, keys %$rows);
	my @other = grep { index($page{$title}{$_} // '', $rows->{$_}) == -1 } sort keys %$rows;
	is_deeply(\@other, [], "$title: in the words of the table");
}
same_text('Reasons', rows('src/core/reason.c', qr/\[REASON_\w+\] = \{\s*"(\w+)",\s*"\w+",/));
same_text('Counters', rows('src/core/counters.h',
	qr/ROW\(\w+,[\s\\]*"(\w+)",[\s\\]*"\w+",[\s\\]*\w+,[\s\\]*\w+,/));

# Rows of a table of a cell by the part of the page that explains them. ROW(field, GROUP, TYPE, ...
my $cells = Heddle::read_file("$root/src/core/cell_counters.h");
my ($of_service, $of_backend) = map {
	$cells =~ /#define ${_}_COUNTERS\((.*?)\n\n/s ? $1 : ''
} qw(SERVICE BACKEND);
for (['Stats of a service', $of_service, qr/\w+/], ['Stats of a check', $of_backend, qr/\w*CHECKS?/],
	['Stats of a backend', $of_backend, qr/(?!\w*CHECK)\w+/])
{
	my ($title, $table, $group) = @$_;
	my $row = rows_of($table, qr/(?:ROW|SET)\(\w+, $group, \w+, "(\w+)", "\w+", \d+,/);
	cmp_ok(scalar keys %$row, '>', 3, "$title: rows");
	is_deeply([grep { index($page{$title}{$_} // '', $row->{$_}) == -1 } sort keys %$row], [],
		"$title: counters in the words of the table");
}

my $sources = join '', map { Heddle::read_file($_) } glob "$root/src/*/*.c";
my %events = map { $_ => 1 } $sources =~ /\.event = "(\w+)"/g,
	$sources =~ /struct log_subject \w+ = \{ "(\w+)"/g, $sources =~ /\{ up \? "(\w+)" : /,
	$sources =~ /\{ up \? "\w+" : "(\w+)"/, $sources =~ /subscription_pool_log\(p, "(\w+)"/g;
cmp_ok(scalar keys %events, '>', 12, 'events are found in the sources');
explained('Events', keys %events);
explained('Levels', Heddle::read_file("$root/src/core/log_level.c") =~ /\[LEVEL_\w+\] = "(\w+)"/g);
my @phases = Heddle::read_file("$root/src/proxy/session_state.c") =~ /\[SESSION_\w+\] = \{ "(\w+)"/g;
explained('Phases', @phases);

my $manual = Heddle::read_file("$root/man/heddle.8") =~ s/\n/ /gr;
my $usage = qx(${\Heddle::binary()} tcp_fallback -h 2>&1);
while ($usage =~ /^  -(\S+)(?: (\w+))?\n\s+(.*)$/mg) {
	my ($flag, $value, $help) = ($1, defined $2 ? " Ar $2" : '', ucfirst $3);
	ok($manual =~ /\.It Fl $flag$value \Q$help\E\./i, "tcp_fallback -$flag: its help is in the page");
}
for my $option (qx(${\Heddle::binary()} -h) =~ /(?:^|[ ,])-(\w)\b/mg) {
	ok($manual =~ /\.It Fl $option /, "heddle -$option is in the page");
}

my $one = backend('named', name => 'one');
my ($port, $other) = (free_port, free_port);
my $yaml = <<"YAML";
drain_delay: 10s
caches: {hosts: {}}
services:
  web: {listen: "127.0.0.1:$port", check: {type: tcp, interval: 50ms}, backends: [{name: one, address: "${\$one->address}"}]}
YAML
my $h = heddle("log: {to: ./error.log, format: json}\n$yaml", workers => 1);
is(who($port), 'one', 'a session');
my ($line) = $h->access(1);
explained('Access log fields', keys %$line);
my ($record) = split /\n/, $h->log;
explained('Error log as JSON', keys %{ decode_json($record) });

$h->wait_for(sub { ($h->backend('web', 'one')->{check} // {})->{at} }, 5, 'a check');
my $stats = $h->stats;
explained('Stats', keys %$stats);
explained('Stats of a process', map { keys %$_ } @{ $stats->{processes} });
explained('Counters', keys %{ $stats->{counters} });
my $web = $stats->{services}{web};
explained('Stats of a service', keys %$web);
explained('Stats of a backend', keys %{ $web->{backends}{one} });
explained('Stats of a check', keys %{ $web->{backends}{one}{check} });
$h->wait_for(sub { $stats = $h->stats; $stats->{caches}{hosts} }, 5, 'the figures of a cache');
explained('Stats of a cache', keys %{ $stats->{caches}{hosts} });
for ([backend => errors => $web->{backends}{one}{errors}], [service => changed => $web->{changed}],
	[service => connect_seconds => $web->{connect_seconds}], [service => queue => $web->{queue}])
{
	my ($of, $name, $inner) = @$_;
	like($page{"Stats of a $of"}{$name}, qr/\b$_\b/, "$name: $_") for sort keys %$inner;
}

my @health = map { decode_json(($h->get($_))[1]) } '/_health', '/_health?service=web';
my $moved = "log: {to: ./error.log, format: json}\n" . $yaml =~ s/:$port/:$other/r;
my ($status, $body) = Heddle::Http::request($h->control, 'POST', '/_v1/reload');
my %said = map { $_ => 1 } keys %{ decode_json($body) };
$h->configure("$moved\nnonsense: 1\n");
my ($refused, $errors) = Heddle::Http::request($h->control, 'POST', '/_v1/reload');
is("$status $refused", '200 400', 'reloads, applied and refused');
explained('RELOAD', keys %said, keys %{ decode_json($errors) });
$h->configure($moved);
is(($h->reload)[0], 0, 'the other address');
my @routes = Heddle::read_file("$root/src/admin/routes.c") =~ m!\{ "(/[^"{]*?)/?(?:\{\w+\})?",!g;
my $whole = join '', map { Heddle::read_file("$root/man/$_") } 'heddle-log.7', 'heddle-api.7';
$whole =~ s/ Ns (?:Ar \w+)?(?: Ns)?(?: Pa )?//g;
like($whole, qr/\Q$_\E\b/, "$_ is in the page") for @routes;
# Each status with which a request is refused; those of HTTP itself are rows of answer.c.
explained('REFUSED REQUESTS', map {
	Heddle::read_file($_) =~ /(?:answer_(?:problem(?:_list)?|error)\(r, |^\t\{ )(\d{3}), /mg
} glob "$root/src/admin/*.c");
$h->quit;
$h->wait_for(sub { my @answer = $h->get('/_health'); $answer[0] == 503
	and push @health, decode_json($answer[1]) }, 5, 'unhealthy');
explained('HEALTH', grep({ /^\/_health/ } @routes), map { keys %$_ } @health);
$h->signal('TERM');
is($h->ended, 0, 'it ends');
$h->finish(stopped => 1);
done_testing();
