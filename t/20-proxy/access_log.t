# SPDX-License-Identifier: BSD-2-Clause
# The access log, field by field, as text and as JSON.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my @keys = qw(time id service listener client peer key route backend address tries queue_seconds
	connect_seconds first_byte_seconds duration_seconds bytes_to_backend bytes_to_client active
	ended_by reason phase error);

on_each_event(sub {
	my ($one, $bad) = (backend('named', name => 'one'), backend('refusing'));
	my ($json, $text) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
services:
  json:
    listen: 127.0.0.1:$json
    backends: [{name: bad, address: "${\$bad->address}"}, {name: one, address: "${\$one->address}"}]
  text:
    listen: 127.0.0.1:$text
    access_log: {to: ./text.log, format: text, events: [start, end]}
    backends: [{name: one, address: "${\$one->address}"}]
  skipped:
    listen: "\@heddle-$$-skip"
    access_log: {to: ./text.log, format: text, skip: [done]}
    backends: [{name: one, address: "${\$one->address}"}]
YAML
	my $c = client($json);
	is($c->ask('hello'), 'one hello', 'a session with JSON');
	my $peer = '127.0.0.1:' . $c->local_port;
	$c->close;
	my ($line) = $h->access(1);
	my $raw = Heddle::read_file($h->dir . '/access.log');
	is_deeply([$raw =~ /"(\w+)":/g], \@keys, 'every key, in order');
	like($line->{time}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/, 'time');
	like($line->{id}, qr/^\d+-[0-9a-f]+$/, 'id');
	cmp_ok($line->{$_}, '<', 5, $_) for grep { /_seconds/ && defined $line->{$_} } @keys;
	my %rest = map { $_ => $line->{$_} } grep { !/time|^id$|_seconds/ } @keys;
	is_deeply(\%rest, { service => 'json', listener => "127.0.0.1:$json", client => $peer,
		peer => $peer, key => undef, route => undef,
		backend => 'one', address => $one->address,
		tries => 2, bytes_to_backend => 6, bytes_to_client => 10, active => 1,
		ended_by => 'client', reason => 'done', phase => 'relaying',
		error => $bad->address . ' connect: connection refused' }, 'the rest');
	is(who("\@heddle-$$-skip"), 'one', 'a session that is not logged');
	is(who($text), 'one', 'a session with text');
	my $path = $h->dir . '/text.log';
	$h->wait_for(sub { Heddle::read_file($path) =~ /reason=done/ }, 5, 'the line');
	my @lines = split /\n/, Heddle::read_file($path);
	is(@lines, 2, 'start and end, and nothing skipped');
	is_deeply([$lines[1] =~ /(?:^| )(\w+)=/g], \@keys, 'every field, in order');
	like($lines[0], qr/ service=text .* reason=started /, 'the start');
	like($lines[1], qr{^time=\S+ \ id=\d+-[0-9a-f]+ \ service=text \ listener=127.0.0.1:$text
		\ client=127.0.0.1:\d+ \ peer=127.0.0.1:\d+ \ key=- \ route=- \ backend=one
		\ address=\Q${\$one->address}\E \ tries=1 \ queue_seconds=0 \ connect_seconds=[\d.]+
		\ first_byte_seconds=\S+ \ duration_seconds=[\d.]+
		\ bytes_to_backend=2 \ bytes_to_client=6
		\ active=\d+ \ ended_by=client \ reason=done \ phase=relaying
		\ error=-$}x, 'the end');
	$h->finish;
});
