# SPDX-License-Identifier: BSD-2-Clause
# Listeners of the API: their access, by reload and over the death of control, unix sockets.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Http;

my ($port, $first, $second, $third) = map { free_port } 1 .. 4;
my $one = backend('named', name => 'one');
my $service = qq(services: {web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}}\n);
sub yaml { return "admin: {listen: [" . join(', ', @_) . "]}\n$service" }
sub status { my ($to, $method, $path) = @_; return (Heddle::Http::request($to, $method, $path))[0] }
sub all { my ($to) = @_; return join ' ', map { status($to, @$_) } [GET => '/_health/live'],
	[GET => '/_v1/stats'], [POST => '/_v1/reload'] }

my $h = heddle(yaml("127.0.0.1:$first", "{address: 127.0.0.1:$second, access: read}"));
is(all($first), '200 200 200', 'all by default');
is(all($second), '200 200 403', 'read');

my $kept = client($first);
my $request = "GET /_health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
sub next_status { my ($c) = @_;
	$c->send($request);
	return 0 if !$c->read_until(sub { $c->buffered =~ /^Content-Length: (\d+)\r\n(?:.*?\r\n)?\r\n(.*)/ms
		&& length $2 >= $1 });
	return $c->bytes(length $c->buffered) =~ /^HTTP\S+ (\d+)/ ? $1 : 0 }
is(next_status($kept), 200, 'a connection');
my $dir = $h->dir;
my ($code, $said) = $h->reload(yaml("{address: 127.0.0.1:$second, access: metrics}", "127.0.0.1:$third",
	"{address: $dir/admin.sock, access: read, mode: 0660}", '"@heddle-' . $$ . '"'));
is($code, 0, 'other listeners') or diag($said);
is(all($second), '200 403 403', 'metrics from now on');
is(all($third), '200 200 200', 'a new one');
is(all("$dir/admin.sock"), '200 200 403', 'a unix socket');
is(sprintf('%o', (stat "$dir/admin.sock")[2] & 07777), '660', '... with its mode');
is(all("\@heddle-$$"), '200 200 200', 'an abstract one');
is(next_status($kept), 200, 'a connection of one that is gone goes on');
ok(until_true(sub { !client($first) }, 10), '... and nobody else connects');

my $control = $h->control_pid;
kill 'KILL', $control;
is(status($third, 'GET', '/_health/live'), 200, 'the sockets outlive control');
is(all($second), '200 403 403', '... and their access');

($code, $said) = $h->reload(yaml("127.0.0.1:$third", "127.0.0.1:$port"));
like("$code $said", qr/^1 .*yaml:1:\d+: error: admin\.listen\[1\]: 127\.0\.0\.1:$port is already the address of services\.web/s,
	'an address of a service');
my $taken = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 1) or die;
($code, $said) = $h->reload(yaml("127.0.0.1:$third", '127.0.0.1:' . $taken->sockport));
like("$code $said", qr/^1 .*yaml:1:\d+: error: admin\.listen: bind 127\.0\.0\.1:\d+: address in use/s,
	'a taken address');
is(all($second), '200 403 403', 'nothing has changed');
is(($h->reload($service))[0], 0, 'no listeners');
ok(until_true(sub { !client($second) && !client($third) && !-e "$dir/admin.sock" }, 10), 'all are gone');
is($h->health, 200, 'the control socket stays');
$h->finish(alerts => 1);	# of the control that was killed
done_testing();
