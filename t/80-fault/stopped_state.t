# SPDX-License-Identifier: BSD-2-Clause
# The process that writes the state file stands still: no client waits much longer than
# change_timeout for its refusal, however many changes came before.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::State;
use Heddle::Test;
use Time::HiRes qw(time);

my $state = Heddle::State->new;
my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(<<"YAML", workers => 2);
state: ${\$state->path}
change_timeout: 4s
services:
  web: {listen: "127.0.0.1:$port", backends: {one: {address: "${\$one->address}"}}}
YAML
my $api = Heddle::Api->new($h->control);
my $weight = sub { return ['PATCH', 'services/web/backends/one', { weight => $_[0] }] };
is($api->call(@{ $weight->(2) }), 200, 'a change');
my ($writer) = $h->processes('state');
kill 'STOP', $writer->{pid};

# Each is sent while the ones before it wait: they are not one change.
my $began = time;
my @clients = map {
	my $client = Heddle::Client->new($h->control);
	$client->send($api->bytes(@{ $weight->($_) }));
	select undef, undef, undef, 0.1;
	$client;
} 3 .. 7;
my %statuses;
$statuses{ $api->answer($_) }++ for @clients;
is_deeply(\%statuses, { 507 => 5 }, 'while it stands still changes are refused');
like($api->errors, qr/state \(pid $writer->{pid}\) has not written the change to disk in time/,
	'... with the reason');
cmp_ok(time - $began, '<', in_time(7), '... all of them within the time of one');
is($h->backend('web', 'one')->{weight}, 2, '... nobody uses them');
# What is warned of is no reason.
is($api->put('services/none', { listen => '127.0.0.1:' . free_port, backends => {} }), 507,
	'a change with a warning');
like($api->errors, qr/^state \(pid $writer->{pid}\) has not written/, '... has the same reason');
kill 'CONT', $writer->{pid};
is($api->call(@{ $weight->(8) }), 200, 'it goes on: a change');
is($state->backend('web', 'one')->{weight}, 8, '... is on disk');
$h->finish;
done_testing;
