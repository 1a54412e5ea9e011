# SPDX-License-Identifier: BSD-2-Clause
# The API by TLS: versions, certificates read again while connections go on, stalled handshakes.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Certificates;
use File::Temp;
use IPC::Open2;

plan(skip_all => 'needs openssl and curl') if !program('openssl') || !program('curl');
my $folder = File::Temp->newdir('heddle-tls-XXXXXX', TMPDIR => 1);
my $made = Heddle::Certificates->new("$folder")->sign('first')->sign('second')->sign('client');
my ($port, $admin) = (free_port, free_port);
my $one = backend('named', name => 'one');
sub yaml {
	my ($name, $more) = (@_, '');
	return qq(admin: {listen: "127.0.0.1:$admin", tls: {certificate: $folder/$name.pem, )
		. "key: $folder/$name.key$more}}\n"
		. qq(services: {web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}}\n);
}
sub curl {
	my @arguments = @_;
	open my $out, '-|', 'curl', '-sS', '--max-time', 10, '-w', ' %{http_code}', '--cacert',
		"$folder/ca.pem", @arguments or die "curl: $!";
	local $/;
	return readline($out) // '';
}
my $live = "https://localhost:$admin/_health/live";

my $h = heddle(yaml('first'));
like(curl($live), qr/ 200\z/, 'served');
like(curl('--tls-max', '1.2', $live), qr/ 200\z/, '... by TLS 1.2');
like(curl('--tlsv1.3', $live), qr/ 200\z/, '... by TLS 1.3');
unlike(curl('--ciphers', 'DEFAULT@SECLEVEL=0', '--tls-max', '1.1', '--stderr', '/dev/null', $live),
	qr/ 200\z/, '... not by TLS 1.1');
unlike(curl('--stderr', '/dev/null', "http://localhost:$admin/_health/live"), qr/ 200\z/,
	'... and not without');
like(curl('-X', 'POST', '--data-binary', '@' . "$folder/ca.pem", "https://localhost:$admin/_v1/nothing"),
	qr/"not found".* 404\z/s, 'a problem');
like(curl('-X', 'BREW', "https://localhost:$admin/_v1/nothing"), qr/"unknown method".* 501\z/s,
	'... for what evhttp refuses, too');
open my $big, '>', "$folder/big" or die;
print $big 'x' x 9_000_000;
close $big;
like(curl('-X', 'POST', '--data-binary', "\@$folder/big", "https://localhost:$admin/_v1/reload"),
	qr/"body too large".* 413\z/s, '... and for a body that is too large');
like(curl('-s', "https://localhost:$admin/_v1/stats"), qr/"services".* 200\z/s, 'a long answer');

# What is whole says so: a client may take the end of a connection for the end of an answer.
sub s_client {
	my ($request) = @_;
	my $pid = open2(my $out, my $in, "openssl s_client -msg -ign_eof -connect localhost:$admin 2>/dev/null");
	print $in $request;
	$in->flush;
	my $said = do { local $/; readline $out };
	waitpid $pid, 0;
	return $said;
}
like(s_client("GET /_health/live HTTP/1.0\r\n\r\n"), qr/^<<< .*close_notify/m,
	'a connection ends with close_notify');

# The master has read the key; who else runs as the user of the processes cannot get at it.
if ($> == 0 && $^O eq 'linux') {
	my $control = $h->control_pid;
	my ($uid) = Heddle::read_file("/proc/$control/status") =~ /^Uid:\s+(\d+)/m;
	isnt($uid, 0, 'the key is of root, and control is not');
	is((stat "/proc/$control/environ")[4], 0, '... and cannot be traced by its user')
		if !Heddle::sanitized();
}

# A connection that is open goes on with the certificate that it began with.
sub talk { my ($in, $out, $path) = @_;
	print $in "GET $path HTTP/1.1\r\nHost: localhost\r\n\r\n";
	$in->flush;
	while (defined(my $line = readline $out)) { return $1 if $line =~ m{^HTTP/1\.1 (\d+)} }
	return 'closed';
}
sub presented { return qx(openssl s_client -connect localhost:$admin -CAfile $folder/ca.pem </dev/null 2>&1)
	=~ /subject=.*?CN ?= ?(\w+)/ ? $1 : 'none' }
is(presented(), 'first', 'the certificate');
my $pid = open2(my $out, my $in, "openssl s_client -quiet -connect localhost:$admin 2>/dev/null");
is(talk($in, $out, '/_health/live'), 200, 'a connection');
is(($h->reload(yaml('second')))[0], 0, 'another certificate');
is(presented(), 'second', '... for new connections');
is(talk($in, $out, '/_health/live'), 200, '... and the old one goes on');
# The same names, other bytes: what a renewal does.
system('cp', "$folder/first.$_", "$folder/second.$_") for qw(pem key);
my ($status, $said) = $h->reload;
like("$status $said", qr/^0 .*certificate, key or tokens have changed/s, 'renewed in place');
is(presented(), 'first', '... and used');
is(talk($in, $out, '/_health/live'), 200, '... and the old connection goes on');

# What cannot be used is refused, and what ran goes on.
system('cp', "$folder/client.key", "$folder/second.key");
($status, $said) = $h->reload;
like("$status $said", qr{^1 .*heddle\.yaml:1:\d+: error: admin\.tls\.key: \S+/second\.key: it is not }s,
	'a key of another certificate');
like(($h->command('-t'))[1], qr/admin\.tls\.key/, '... told by -t, too');
system('cp', "$folder/openssl.log", "$folder/second.pem");
($status, $said) = $h->reload;
like("$status $said", qr/^1 .*admin\.tls\.certificate: .*there is no certificate in PEM in it/s,
	'no certificate');
unlink "$folder/second.pem";
($status, $said) = $h->reload;
like("$status $said", qr/^1 .*admin\.tls\.certificate: .*No such file/s, 'no file');
is(presented(), 'first', 'the one in use is used');
is(talk($in, $out, '/_health/live'), 200, '... by the old connection, too');

# A new control process has them without the files.
my $control = $h->control_pid;
kill 'KILL', $control;
$h->wait_for(sub { my $now = $h->control_pid; $now && $now != $control }, 10, 'a new control');
is(presented(), 'first', 'control was started again');
end_child($pid, 'KILL');

my $plain = yaml('first') =~ s/listen: "(.*?)"/listen: {address: "$1", tls: off}/r;
is(($h->reload($plain))[0], 0, 'a listener without TLS');
like(curl("http://localhost:$admin/_health/live"), qr/ 200\z/, '... for new connections');
is(($h->reload(yaml('first', ", client_ca: $folder/ca.pem")))[0], 0, 'clients need a certificate');
unlike(curl('--stderr', '/dev/null', $live), qr/ 200\z/, '... without: refused');
like(curl('--cert', "$folder/client.pem", '--key', "$folder/client.key", $live), qr/ 200\z/,
	'... with: served');

my $began = time;
my $stalled = client($admin);
$stalled->send("\x16\x03\x01\x02\x00\x01");
isnt($stalled->ended(15), 'open', 'a handshake that stalls is ended');
cmp_ok(time - $began, '>=', 4, '... not at once');
is(who($port), 'one', 'it serves');
$h->finish(alerts => 1);	# of the control that was killed
done_testing();
