# SPDX-License-Identifier: BSD-2-Clause
# Announcements at unix sockets have credentials that the system vouches for: users and groups that
# are served, those that need no signature, and files that say whose a key is.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Socket::IP;
use POSIX ();
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal subscriber signed make_key);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);

plan(skip_all => 'only root can be somebody else') if $> != 0;
plan(skip_all => 'Linux and FreeBSD tell') if $^O !~ /^(?:linux|freebsd)$/;

my ($nobody, $nogroup) = ((getpwnam('nobody'))[2], (getpwnam('nobody'))[3]);

# Sends these as that user; credentials are those of the process.
sub send_as {
	my ($uid, $gid, $path, @datagrams) = @_;
	defined(my $pid = fork) or die "fork: $!\n";
	if ($pid == 0) {
		($(, $)) = ($gid, "$gid $gid");
		($<, $>) = ($uid, $uid);
		my $to = subscriber($path);
		$to->send($_) for @datagrams;
		POSIX::_exit(0);
	}
	waitpid $pid, 0;
	is($?, 0, '... is sent');
}

sub counted {
	my ($s, $result, $wanted, $words) = @_;
	ok(until_true(sub { $s->datagrams($result) == $wanted }, 10), $words) or diag(explain($s->count));
}

on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-credentials-XXXXXX', TMPDIR => 1);
	chmod 0777, $dir;
	mkdir "$dir/$_" or die "$!" for qw(keys more);
	my $private = make_key("$dir/keys", 'signed.test');
	my $path = "$dir/s.sock";
	my $unix = qq({address: "unix:$path", mode: 0666});
	my @as = ([0, 0], [$nobody, $nogroup], [12345, 12346]);
	my $all = sub { my ($key) = @_; send_as(@$_, $path, announcement($key, '10.0.0.1:' . ($$_[0] + 1))) for @as };

	my $s = subscribed(server => 'credentials: on', listen => [$unix]);
	my $h = $s->heddle;
	$all->('a');
	counted($s, 'new', 3, 'everybody at the unix socket');
	$s->send(announcement('udp', '10.0.0.1:1'));
	counted($s, 'denied', 1, 'who comes by UDP has none');
	ok($h->wait_log(qr/udp => 10\.0\.0\.1:1, from 127\.0\.0\.1:\d+, is refused: it has no credentials/), '... and is told');
	my $reload = sub {
		my ($words) = @_;
		my ($code, $out) = $h->reload($s->yaml =~ s/^    credentials:.*\n/join '', map { "    $_\n" } split m{\n}, $words/mer);
		is($code, 0, $words =~ s/\n/, /gr) or diag($out);
	};
	$reload->("credentials: {uids: [12345, 0]}");
	$all->('b');
	counted($s, 'new', 5, 'two users');
	counted($s, 'denied', 2, '... but not the third');
	$reload->("credentials: {uids: [0, $nobody], gids: $nogroup}");
	$all->('c');
	counted($s, 'new', 6, 'user and group');
	counted($s, 'denied', 4, '... not one of them');

	# Files: the key must be a name in the folder, and its owner and group those of the sender.
	Heddle::write_file("$dir/more/$_", '') for qw(d e f);
	chown $nobody, $nogroup, "$dir/more/d";
	chown $nobody, 12346, "$dir/more/e";
	chown 12345, 12346, "$dir/more/f";
	chown $nobody, $nogroup, "$dir/more", "$dir";
	$reload->("credentials: {check: ['$dir/keys', '$dir/more']}");
	$all->($_) for qw(d e f none);
	counted($s, 'new', 8, 'the owner of a file');
	counted($s, 'denied', 4 + 10, '... nobody else');
	send_as($nobody, $nogroup, $path, map { announcement($_, '10.0.0.1:9') } '.', '..', '../more/d', 'more/../../more/d',
		"$dir/more/d", "d\0", './d', '', 'x' x 255);
	counted($s, 'denied', 14 + 8, 'no key leads out of the folder');
	counted($s, 'malformed', 1, '... and there is no empty one');
	is($s->datagrams('new'), 8, '... none is added');

	# Who needs no signature: by number, and never root.
	$reload->("sign: {keys: '$dir/keys', skip_uids: [$nobody, 0]}\nallow_unsigned: on");
	send_as($nobody, $nogroup, $path, announcement('signed.test', '10.0.0.1:1'));
	counted($s, 'new', 9, 'a user that needs no signature');
	send_as($$_[0], $$_[1], $path, withdrawal('signed.test', '10.0.0.1:1')) for $as[0], $as[2];
	$s->send(withdrawal('signed.test', '10.0.0.1:1'));
	counted($s, 'bad_signature', 3, 'nobody else removes the node without one');
	my $before = $s->datagrams('unsubscribe');
	send_as(12345, 12346, $path, signed($private, 'signed.test', '10.0.0.1:1', command => 1));
	counted($s, 'unsubscribe', $before + 1, '... with one they do');
	$reload->("sign: {keys: '$dir/keys', skip_uids: [$nobody, 0]}");
	$all->('signed.test');
	counted($s, 'new', 10, 'one user needs none');
	counted($s, 'bad_signature', 5, '... root does');
	$reload->("tolerance: 25s");
	$all->('g');
	counted($s, 'new', 13, 'without any of it, all');

	# Who has no address is not the one that came by UDP before.
	my $remote = IO::Socket::IP->new(LocalAddr => '127.0.0.9', PeerAddr => $s->server, Proto => 'udp');
	$remote->send(announcement('h', ':3031'));
	counted($s, 'new', 14, 'a port alone');
	ok($h->wait_log(qr/h => new node: 127\.0\.0\.9:3031 /), '... is at its sender');
	send_as(0, 0, $path, announcement('i', ':3031'));
	counted($s, 'new', 15, '... at the unix socket, too');
	ok($h->wait_log(qr/i => new node: 127\.0\.0\.1:3031 /), '... is on this machine');
	$h->finish(alerts => 1);
});
