# SPDX-License-Identifier: BSD-2-Clause
# fd_passing: a node at a unix socket gets the client itself, with the packet; one with an address
# of TCP gets the bytes, as ever.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);
use File::Temp;
use IO::Socket::UNIX;

my $python = program('python3') or plan(skip_all => 'there is no python3');
my $dir = File::Temp->newdir('heddle-passing-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
# A node as those of uWSGI 1.3 were: it says what came to whom it was handed.
Heddle::write_file("$dir/node.py", <<'END');
import array, os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1] + '.new')
os.chmod(sys.argv[1] + '.new', 0o777)
listener.listen(16)
os.rename(sys.argv[1] + '.new', sys.argv[1])
while True:
    router, _ = listener.accept()
    data, control, _, _ = router.recvmsg(1 << 18, socket.CMSG_SPACE(4))
    fds = array.array('i')
    for level, kind, content in control:
        fds.frombytes(content[:4])
    while len(data) < 4 + data[1] + 256 * data[2]:
        data += router.recv(1 << 18)
    router.close()
    client = socket.socket(fileno=fds[0])
    client.sendall(b'%d bytes, %s\n' % (len(data), data[:4].hex().encode()))
    while client.recv(1 << 16) == b'more\n':
        client.sendall(b'and more\n')
    client.close()
END
my $node = launch({ out => "$dir/out", err => "$dir/out" }, $python, "$dir/node.py",
	"$dir/node.sock");
until_true(sub { -S "$dir/node.sock" }, 10);

sub passed {
	my $tcp = backend('echo', name => 'tcp');
	my ($port, $plain) = (free_port, free_port);
	my $h = heddle(<<"YAML");
access_log: {to: ./access.log, format: json}
services:
  sites: {protocol: uwsgi, listen: "127.0.0.1:$port", fd_passing: on, backends: ["$dir/node.sock"]}
  plain: {protocol: uwsgi, listen: "127.0.0.1:$plain", fd_passing: on, backends: ["${\$tcp->address}"]}
YAML
	for my $size (10, 60_000) {
		my $packet = uwsgi_packet(HTTP_HOST => 'k', X => 'x' x $size);
		for my $at (length $packet, 2) {
			my $client = client($port);
			$client->send(substr $packet, 0, $at);
			$h->wait_for(sub { $h->counter('buffer_bytes') > 0 }, 5, 'a part') if $at == 2;
			$client->send(substr $packet, $at);
			is($client->line, length($packet) . ' bytes, '
				. unpack('H*', pack 'CvC', 0, length($packet) - 4, 0),
				"a packet of $size, the first $at: the node answers the client");
			is($client->ask('more'), 'and more', '... and goes on without heddle');
			$client->close;
		}
	}
	my ($line) = $h->access(4);
	is_deeply([@$line{qw(reason bytes_to_client tries)}], ['done', 0, 1], 'the session has ended');
	my $packet = uwsgi_packet(HTTP_HOST => 'k');
	my $client = client($plain);
	$client->send($packet);
	is($client->bytes(length $packet), $packet, 'TCP');
	$client->close;
	$h->finish;
}
subtest($_ => sub { local $Heddle::Test::event = $_[0]; passed() }, $_) for Heddle::events();
# A node that takes none of them: the kernel allows so many descriptors on their way. The client is
# told, which keeps nobody waiting, though its descriptor was made one that waits for the node.
SKIP: {
	skip('needs root and prlimit', 5) if $> != 0 || !program('prlimit') || !defined getpwnam('nobody');
	my $idle = IO::Socket::UNIX->new(Local => "$dir/idle.sock", Listen => 1024);
	chmod 0777, "$dir/idle.sock";
	my $tcp = backend('echo', name => 'tcp');
	my ($port, $plain) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1, wrapper => ['prlimit', '--nofile=200']);
user: nobody
access_log: {to: ./access.log, format: json}
services:
  sites:
    protocol: uwsgi
    listen: 127.0.0.1:$port
    fd_passing: on
    error_response: all
    backends: ["$dir/idle.sock"]
  plain: {listen: "127.0.0.1:$plain", backends: ["${\$tcp->address}"]}
YAML
	my $packet = uwsgi_packet(HTTP_HOST => 'k');
	my (@clients, $told);
	while (@clients < 400 && !$told) {
		push @clients, my $client = client($port);
		$client->send($packet);
		$told = $client->ended(0.01) ne 'open';
	}
	ok($told && @clients > 150, 'so many wait at the node: ' . @clients);
	my $other = client($plain);
	$clients[-1]->send('more');
	is($other->ask('x', 5), 'x', '... others go on, whatever the last one sends');
	$clients[-1]->close;
	my ($refused) = grep { $_->{reason} ne 'done' } $h->access(scalar @clients);
	is_deeply([@$refused{qw(reason phase error)}], ['backend_reset', 'relaying',
		'too many clients wait at nodes that do not take them'], '... and then that is told')
		or diag(explain($refused));
	like($clients[-1]->buffered, qr/^HTTP\/1.0 502 /, '... the client, too');
	$_->close for @clients, $other;
	close $idle;
	$h->finish;
}
diag(Heddle::read_file("$dir/out")) if !Test::More->builder->is_passing;
end_child($node);
done_testing();
