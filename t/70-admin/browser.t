# SPDX-License-Identifier: BSD-2-Clause
# A page of another site must not use the API by an operator's browser.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my ($port, $admin) = (free_port, free_port);
my $one = backend('named', name => 'one');
my $h = heddle(qq(admin: {listen: "127.0.0.1:$admin", hosts: [heddle.example.com]}
services: {web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}}
));
sub status {
	my ($to, $path, @headers) = @_;
	my $client = client($to);
	$client->send(join("\r\n", "POST $path HTTP/1.1", 'Connection: close', @headers) . "\r\n\r\n");
	return $client->rest =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0;
}
my $path = '/_v1/reload';
is(status($admin, $path, "Host: $_"), 200, "Host: $_") for "127.0.0.1:$admin", 'localhost',
	"LOCALHOST:$admin", "[::1]:$admin", '10.1.2.3', 'heddle.example.com', 'Heddle.Example.Com.:80';
is(status($admin, $path, "Host: $_"), 403, "Host: $_") for 'evil.example', "evil.example:$admin",
	'127.0.0.1.evil.example', 'xheddle.example.com', '[evil]', '::1', 'localhost:evil', '';
is(status($admin, $path, 'Host: localhost', 'Host: evil.example'), 403, 'two of them');
is(status($h->control, $path, 'Host: anything'), 200, 'a unix socket: any');

my $host = "Host: 127.0.0.1:$admin";
is(status($admin, $path, $host, "Origin: $_"), 200, "Origin: $_") for "http://127.0.0.1:$admin",
	"https://127.0.0.1:$admin", 'https://heddle.example.com', 'http://heddle.example.com:8080';
is(status($admin, $path, $host, "Origin: $_"), 403, "Origin: $_") for 'http://evil.example',
	'http://127.0.0.1', 'http://localhost:1', 'null', "http://127.0.0.1:$admin.evil.example",
	'http://heddle.example.com.evil', 'file://', "127.0.0.1:$admin";
is(status($admin, $path, $host, "Origin: http://127.0.0.1:$admin", 'Origin: null'), 403, 'two of them');
is(status($admin, $path, $host, 'Sec-Fetch-Site: cross-site'), 403, 'another site');
is(status($admin, $path, $host, "Sec-Fetch-Site: $_"), 200, "Sec-Fetch-Site: $_")
	for qw(same-origin none same-site);
is(status($h->control, $path, 'Host: x', 'Origin: http://evil.example'), 403, 'a unix socket: the same rule');

# Monitoring knows the machine by other names; a page has no business there either.
for my $free ('/_health', '/_health/live', '/_health/ready') {
	is(status($admin, $free, 'Host: evil.example'), 405, "$free: any Host");
	is(status($admin, $free, $host, 'Origin: http://evil.example'), 403, '... not any Origin');
}
is(status($admin, '/_healthy', 'Host: evil.example'), 403, 'a path that begins alike');
$h->finish;
done_testing();
