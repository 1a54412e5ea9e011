# SPDX-License-Identifier: BSD-2-Clause
# The check of the recipe: the sentence of a failure, and a directive of its own that is changed.
use FindBin;
use lib "$FindBin::Bin/../../lib";
use Heddle::Test;

my $good = backend('greeting', name => 'good');
my $bad = backend('greeting', name => 'bad');
my $port = free_port;
sub file {
	my ($expect) = @_;
	return <<"YAML";
services:
  web:
    listen: 127.0.0.1:$port
    check: {type: banner, expect: $expect, interval: 100ms, rise: 1, fall: 1}
    backends: {good: "${\$good->address}", bad: "${\$bad->address}"}
YAML
}
my $h = heddle(file('good'), workers => 2);
sub status { return join ' ', map { $h->backend('web', $_)->{status} } qw(good bad) }

ok($h->wait_for(sub { status() eq 'up down' }, 8, 'one to be down'), 'one says something else');
like($h->backend('web', 'bad')->{reason}, qr/^banner \S+: got "bad", wanted "good"$/,
	'... which is the reason');
is($h->backend('web', 'good')->{check}{type}, 'banner', 'the kind is in the statistics');
like($h->log, qr/down: banner \S+: got "bad", wanted "good" \(1 of 1\)/, '... and in the log');
my ($code, $out) = $h->reload(file('bad'));
is($code, 0, 'its directive is changed');
like($out, qr/^services\.web\.check\.expect: good -> bad$/m, '... which is said');
ok($h->wait_for(sub { status() eq 'down up' }, 8, 'the other to be down'), '... and done');
$h->finish(alerts => 1);
done_testing();
