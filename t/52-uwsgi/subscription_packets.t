# SPDX-License-Identifier: BSD-2-Clause
# Announcements as they come: recorded ones of uWSGI, numbers that are none, addresses of all kinds,
# sizes at their limits, and the datagrams that crash uWSGI's own server.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sender);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal packet pairs subscriber);
use Heddle::Uwsgi qw(uwsgi_packet uwsgi_ask uwsgi_counted);

my $captures = "$FindBin::Bin/../captures";
my $dir = File::Temp->newdir('heddle-packets-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $port = free_port;
my $node = backend('script', on => qr/HTTP_HOST/, text => "node\n", address => "127.0.0.1:$port");
my $count = backend('count');

time_limit(400);
on_each_event(sub {
	my ($event) = @_;
	my $udp6 = free_port;
	my $s = subscribed(server => 'tolerance: 90s', listen => ["\"unix:$dir/$event\"", "\"[::1]:$udp6\""]);
	my $local = subscriber("$dir/$event");
	my $total = sub { my $d = $s->count->{datagrams} // {}; my $n = 0; $n += $_ for values %$d; return $n };
	# Sends them, waits until they have been judged; the difference of the counts, those that are not 0.
	my $result = sub {
		my ($by, @datagrams) = @_;
		my %before = %{ $s->count->{datagrams} // {} };
		my $until = $total->() + @datagrams;
		$by->send($_) // die "send: $!" for @datagrams;
		ok(until_true(sub { $total->() == $until }), 'judged') || diag(explain($s->count));
		my %after = %{ $s->count->{datagrams} };
		return join ' ', map { my $n = $after{$_} - ($before{$_} // 0); $n ? "$_ $n" : () } sort keys %after;
	};
	my $udp = subscriber($s->server);
	my $added = sub { my ($what) = @_; return $s->heddle->wait_log(qr/=> new node: \Q$what\E/) };

	# Recorded ones.
	for my $path (sort glob "$captures/*-subscribe*-subscribe*.bin") {
		my $name = $path =~ s{.*/}{}r;
		my $bytes = Heddle::read_file($path);
		my %said = pairs($bytes);
		(my $un = $path) =~ s/-subscribe((?:-\d)?\.bin)$/-unsubscribe$1/;
		next if $name =~ /signed/;
		my $got = $result->($udp, $bytes);
		is($got, 'new 1', $name);
		my $where = $said{address} =~ /^:/ ? "127.0.0.1$said{address}" : $said{address} =~ m{^[^:]+$} ? "/" : $said{address};
		my $weight = ($said{weight} // 0) || 1;
		ok($s->heddle->wait_log(qr/\Q$said{key}\E => new node: \S*\Q$said{address}\E \(weight: $weight, backup: ${\($said{backup} || 0)}\)/), '... as it says');
		is($result->($udp, $bytes), 'refresh 1', '... again');
		if (-e $un) {
			is($result->($udp, Heddle::read_file($un)), 'unsubscribe 1', '... and goes');
		} else {
			is($result->($udp, withdrawal($said{key}, $said{address})), 'unsubscribe 1', '... and goes');
		}
		is($s->count->{nodes}, 0, '... it is gone');
	}
	is($result->($udp, map { Heddle::read_file("$captures/deb-resubscribe-$_.bin") } qw(sub un)), 'new 1 unsubscribe 1', 'of a router that forwards');
	is($result->($udp, map { Heddle::read_file("$captures/m21-subscribe2-clear-$_.bin") } qw(subscribe clear)), 'new 1 unsubscribe 1', 'with clear');
	is($s->count->{nodes}, 1, '... a vassal is left');
	is($result->($udp, packet(1, key => 'example.com', vassal => 'one.ini')), 'unsubscribe 1', '... and goes');

	# Numbers.
	my %weights = ('-3' => 65535, '0' x 20 => 1, '1' . '0' x 19 => 1, '' => 1, '7' => 7, '007' => 7, 'abc' => (49 * 100 + 50 * 10 + 51),
		'9' x 30 => 1, ' 1' => 65535, "\xff" => 65535, '65535' => 65535, '65536' => 65535, '4294967297' => 65535, '+5' => 65535);
	my $added_weights = 0;
	for my $text (sort keys %weights) {
		is($result->($udp, announcement('w.test', "10.1.0.1:9", weight => $text)), 'new 1', "weight '$text'");
		$s->heddle->log_count(qr/w\.test => new node: /, ++$added_weights);
		my @lines = $s->heddle->log =~ /w\.test => new node: \S+ \(weight: (\d+)/g;
		is($lines[-1], $weights{$text}, '... is taken as uWSGI does, up to the most that there is');
		is($result->($udp, withdrawal('w.test', "10.1.0.1:9")), 'unsubscribe 1', '... gone');
	}
	for my $case (['5', '6', 5, 6], ['256', '257', 0, 1], ['-1', '', 0x100 - 29, 0]) {
		my ($one, $two, @want) = @$case;
		$result->($udp, announcement('m.test', $count->address, modifier1 => $one, modifier2 => $two));
		my $packet = uwsgi_packet(HTTP_HOST => 'm.test');
		my $there = pack('C a2 C', $want[0], substr($packet, 1, 2), $want[1]) . substr $packet, 4;
		ok(until_true(sub { uwsgi_ask($s->port, $packet) eq uwsgi_counted($there) }, 5), "modifiers '$one' and '$two' are @want");
	}
	is($result->($udp, withdrawal('m.test', $count->address)), 'unsubscribe 1', '... gone');

	# Addresses without a host: the sender's, and this machine's.
	is($result->($udp, announcement('a.test', ":$port")), 'new 1', 'a port alone');
	ok($added->("127.0.0.1:$port"), '... is at the sender');
	is($s->ask('a.test'), 'node', '... and is used');
	is($result->(sender($s->server, from => '127.0.0.9:' . free_port), announcement('a.test', ":$port")), 'new 1', 'of another sender');
	ok($added->("127.0.0.9:$port"), '... is at that one');
	is($result->(sender("[::1]:$udp6"), announcement('six.test', ":$port")), 'new 1', 'of a sender in IPv6');
	ok($added->("[::1]:$port"), '... is there');
	is($result->($local, announcement('a.test', ":$port")), 'refresh 1', 'of a sender at a unix socket: this machine');
	is($result->($udp, announcement('a.test', "127.0.0.1:$port")), 'refresh 1', '... the same as with its host');
	is($result->($udp, withdrawal('a.test', ":$port")), 'unsubscribe 1', '... and is withdrawn');
	is($result->($udp, announcement('zero.test', "0.0.0.0:$port")), 'new 1', '0.0.0.0');
	is($s->ask('zero.test'), 'node', '... is this machine');

	# Other families.
	my $six = backend('script', on => qr/HTTP_HOST/, text => "six\n", address => '[::1]:' . free_port);
	is($result->($udp, announcement('v6.test', $six->address)), 'new 1', 'IPv6');
	is($s->ask('v6.test'), 'six', '... is used');
	my $unix = backend('script', on => qr/HTTP_HOST/, text => "unix\n", address => "unix:$dir/$event.node");
	is($result->($udp, announcement('u.test', "$dir/$event.node")), 'new 1', 'a unix socket');
	is($s->ask('u.test'), 'unix', '... is used');
	my $abstract = backend('script', on => qr/HTTP_HOST/, text => "abstract\n", address => "\@heddle-$$-$event\0");
	for my $form ('@', '\\0') {
		is($result->($udp, announcement("abs$form.test", "${form}heddle-$$-$event")), 'new 1', "an abstract name with $form");
		is($s->ask("abs$form.test"), 'abstract', '... ends in a NUL, and is used');
	}
	my $rel = backend('script', on => qr/HTTP_HOST/, text => "relative\n", address => 'unix:' . $s->heddle->dir . "/rel.sock");
	my $cwd = readlink '/proc/' . $s->heddle->pid . '/cwd';
	my $path = $cwd eq $s->heddle->dir ? 'rel.sock' : ('../' x 10) . substr $s->heddle->dir . '/rel.sock', 1;
	is($result->($udp, announcement('r.test', $path)), 'new 1', 'a relative path');
	is($s->ask('r.test'), 'relative', '... is below the folder where heddle runs');

	for my $bad ('', ':', ':0', ':65536', ':-1', '10.0.0.1:', '10.0.0.1:0', '10.0.0.1:99999', '[::1]', '[::1:80', '::1:80x',
			"a\0b", "\0abstract\0", '/' . 'x' x 120, '@' . 'x' x 120, '10.0.0.1:80,5', '999.1.1.1:80', 'fd://3', 'fd:3', 'unix:', '@', '\\0') {
		my $shown = $bad =~ s/\0/\\0/gr;
		my $got = $result->($udp, announcement('bad.test', $bad));
		like($got, qr/^(?:malformed|no_host) 1$/, "no address: '$shown'") || is($result->($udp, withdrawal('bad.test', $bad)), 'unsubscribe 1', 'gone');
	}
	is($s->ask('bad.test'), '', '... and no node');

	# Sizes.
	my $k255 = 'k' x 255;
	is($result->($udp, announcement($k255, $node->address)), 'new 1', 'a key of 255 bytes');
	is($s->ask($k255), 'node', '... is used');
	is($result->($udp, announcement("k$k255", $node->address), announcement('k' x 3000, $node->address)), 'malformed 2', 'longer keys');
	is($result->($udp, announcement('', $node->address), packet(0, address => $node->address), packet(0)), 'malformed 3', 'an empty key, or none');
	is($result->($udp, announcement('l.test', '/' . 'x' x 254), announcement('l.test', '/' . 'x' x 255), announcement('l.test', '/' . 'x' x 3000)),
		'malformed 3', 'long addresses');
	is($result->($udp, packet(0, key => 'l.test', address => '/' . 'x' x 255, vassal => 'v'), packet(0, key => 'l.test', vassal => 'v' x 256)),
		'malformed 2', '... also with a vassal, and a long vassal');
	is($result->($udp, packet(0, key => 'l.test', vassal => 'v' x 255)), 'new 1', 'a vassal of 255 bytes');
	my $most = announcement('big.test', $node->address);
	my $fill = 4096 - length $most;
	is($result->($udp, $most . pack('v/a* v/a*', 'x', 'y' x ($fill - 5))), 'new 1', 'a datagram of 4096 bytes');
	my $behind = packet(0, x => 'y' x 4000, x => 'y' x 150, key => 'behind.test', address => $node->address);
	is($result->($udp, $behind), 'malformed 1', 'what is behind 4096 bytes is not read');
	is($result->($udp, announcement('big.test', $node->address) . 'z' x 8000), 'refresh 1', 'junk behind is harmless');
	is($result->($udp, announcement('big.test', $node->address) . "\0\0\0\0"), 'refresh 1', '... and zeros');
	is($result->($udp, '', 'x', "\xe0\0\0", "\xe0\0\0\0", "\0" x 4096, "\xff" x 4096), 'malformed 6', 'rubbish');
	my $whole = announcement('cut.test', $node->address, notify => "$dir/none");
	my $cut = $result->($udp, map { substr $whole, 0, $_ } 0 .. length($whole) - 1);
	like($cut, qr/^malformed \d+ new 1 refresh \d+$/, 'cut at every byte: uWSGI takes what is whole');
	is($result->($udp, "\0\0\0\0" . substr announcement('mod.test', $node->address), 4), 'new 1', 'modifier1 and the size are not looked at');
	is($result->($udp, pack('C v C', 224, 0, 200) . substr announcement('mod.test', $node->address), 4), 'unsubscribe 1', 'any other command withdraws');
	is($result->($udp, packet(0, KEY => 'x', key => 'one.test', key => 'last.test', address => '10.0.0.1:1', address => $node->address)), 'new 1', 'pairs given twice');
	is($s->ask('last.test'), 'node', '... the last one counts');

	# Nobody opens files that a datagram names.
	my $fifo = "$dir/$event.fifo";
	POSIX::mkfifo($fifo, 0666) or die "$!";
	is($result->($udp, announcement('sni.test:443', $node->address, sni_key => $fifo, sni_crt => $fifo, sni_ca => $fifo)), 'new 1', 'sni_*: a node');
	is($s->ask('sni.test:443'), 'node', '... and a fifo at their path holds up nobody');
	$s->heddle->finish;
});
