# SPDX-License-Identifier: BSD-2-Clause
# Descriptors of workers, when the API adds addresses: their soft limit grows with what they need;
# where the hard limit is reached the change is refused in a whole sentence, and nothing is half
# done.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::Test;

my $one = backend('named', name => 'one');
sub start {
	my ($limits, $yaml) = @_;
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 2, wrapper => ['sh', '-c', "$limits; exec \"\$0\" \"\$@\""]);
user: ${\scalar getpwuid $>}
$yaml
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	return ($h, Heddle::Api->new($h->control), $port);
}
sub service { return { listen => [map { "127.0.0.1:$_" } @_], backends => { a => $one->address } } }
sub open_files { return map { scalar(() = glob "/proc/$_/fd/*") } $_[0]->worker_pids }

# A start takes no more than it needs.
SKIP: {
	my ($h, $api, $port) = start('ulimit -Sn 64', 'worker_sessions: 8');
	my ($worker) = $h->worker_pids;
	my ($soft, $hard) = Heddle::read_file("/proc/$worker/limits") =~ /^Max open files +(\d+) +(\d+)/m;
	skip('limits of a process are not to be seen here', 1) if !$soft;
	skip("hard limit $hard", 1) if $hard < $soft + 200;
	my @ports = map { free_port } 0 .. ($soft + 40) / 2;
	is($api->put('services/many', service(@ports)), 201, 'more sockets than the soft limit of the start')
		or diag($api->errors);
	is(who($ports[-1]), 'one', '... which serve');
	is(($h->worker_pids)[0], $worker, '... in the same worker');
	$h->finish;
}

# Sessions have taken what the hard limit gives.
my ($h, $api, $port) = start('ulimit -n 256', 'worker_sessions: 4096');
my (@held, $refused);
until ($refused) {
	my $client = client($port);
	$refused = !defined $client->ask('?', 4);
	push @held, $client;
}
my ($status, $new, $name, @before);
for my $n (1 .. 100) {
	($new, $name, @before) = (free_port, "services/more$n", open_files($h));
	$status = $api->put($name, service($new));
	last if $status != 201;
}
is($status, 409, 'no room for another address') or diag($api->errors);
like($api->errors, qr/^: worker \d \(pid \d+\) cannot take the change: it has 256 descriptors open at most \(ulimit -n\), and no room for the sockets of 127\.0\.0\.1:$new$/,
	'... says which process, how many, and which address');
ok($h->wait_for(sub { "@{[open_files($h)]}" eq "@before" }, 5, 'them to be closed'),
	'... it keeps none of its sockets');
is($api->get($name), 404, '... and the service is not there');
like(who($new), qr/^connect: /, '... and nobody listens');
is($held[0]->ask('x'), 'one x', 'sessions go on');
@held = ();
ok($h->wait_for(sub { $h->settled eq '' }, 10, 'them to end'), 'they end');
is($api->put($name, service($new)), 201, 'there is room: the same change') or diag($api->errors);
is(who($new), 'one', '... serves');
$h->finish;
done_testing;
