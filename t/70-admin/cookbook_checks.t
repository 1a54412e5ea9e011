# SPDX-License-Identifier: BSD-2-Clause
# The checks of the cookbook: a server that is what a recipe wants is up, one that is not is down, and
# clients follow when the two change places.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cookbook qw(recipe);
use Heddle::Knot qw(knot knot_missing);
use IO::Socket::IP;

my $dir = File::Temp->newdir('heddle-cookbook-XXXXXX', TMPDIR => 1);

# Waits until these backends, and no others, are up.
sub up {
	my ($h, $service, $want, $what) = @_;
	my $have;
	ok(until_true(sub {
		my $backends = ($h->service($service) // {})->{backends} // {};
		$have = join ' ', grep { ($backends->{$_}{status} // '') eq 'up' } sort keys %$backends;
		return $have eq $want;
	}, 10), "$what: $want") or diag("up: $have");
}

# Patroni's answers to GET /primary and /replica: 200 for the role that is in its file.
sub patroni {
	my ($file) = @_;
	my $listener = IO::Socket::IP->new(LocalAddr => '127.0.0.1', LocalPort => free_port, Listen => 64,
		ReuseAddr => 1) or die "$!";
	my $port = $listener->sockport;
	spawn(sub {
		$SIG{PIPE} = 'IGNORE';	# a check that has ended may not wait for the answer
		while (my $client = $listener->accept) {
			my $head = '';
			1 while $head !~ /\r\n\r\n/ && sysread $client, $head, 4096, length $head;
			my ($role) = $head =~ m{^GET /(\w+)};
			my $status = Heddle::read_file($file) eq ($role // '') ? 200 : 503;
			syswrite $client, "HTTP/1.1 $status x\r\nContent-Length: 2\r\n\r\n{}";
		}
	}, $listener);
	return $port;
}

sub patroni_cluster {
	my $recipe = recipe('PostgreSQL with Patroni');
	my @pg = map { backend('named', name => "pg$_") } 1 .. 3;
	my @role = map { "$dir/role$_" } 0 .. 2;
	# A rename: who reads it never finds it empty.
	my $roles = sub {
		for my $n (0 .. 2) {
			Heddle::write_file("$role[$n].new", $_[$n]);
			rename "$role[$n].new", $role[$n] or die "rename: $!";
		}
	};
	$roles->('primary', 'replica', 'replica');
	my @rest = map { patroni($_) } @role;
	my $yaml = $recipe->configuration(0, map { ('10.0.0.' . ($_ + 1) . ':5432' => $pg[$_]->address) } 0 .. 2);
	$yaml =~ s/(pg(\d): .*port: )8008/$1$rest[$2 - 1]/g;
	my $h = heddle($yaml);
	up($h, 'postgres_write', 'pg1', 'the primary takes writers');
	up($h, 'postgres_read', 'pg2 pg3', 'the standbys take readers');
	is(many($recipe->port(5000), 2), 'pg1 pg1', '... they get them');
	my @readers = one_each($recipe->port(5001), 4);
	is(join(' ', sort map { $_->{name} } @readers), 'pg2 pg2 pg3 pg3', '... both');
	$_->close for @readers;
	$roles->('stopped', 'primary', 'replica');
	up($h, 'postgres_write', 'pg2', 'another primary');
	up($h, 'postgres_read', 'pg3', 'a standby less');
	is(who($recipe->port(5000)), 'pg2', 'writers follow');
	$h->finish;
}

# Two servers that speak first, or answer: the wanted text and another one; then they change places.
sub changes {
	my ($title, $service, $good, $bad, @addresses) = @_;
	my $recipe = recipe($title);
	my $server = sub { my ($text, @at) = @_; return backend('script', %$text, @at) };
	my ($one, $two) = ($server->($good), $server->($bad));
	my $yaml = $recipe->configuration(0, $addresses[0] => $one->address, $addresses[1] => $two->address);
	$yaml =~ s/timeout: \d+s, rise/timeout: 1s, rise/g;
	my $h = heddle($yaml);
	my ($first, $second) = map { my $server = $_; (grep { ($_->{address} // '') eq $server->address }
		map { { name => $_, %{ $h->service($service)->{backends}{$_} } } }
		keys %{ $h->service($service)->{backends} })[0]{name} } $one, $two;
	up($h, $service, $first, "$title: the right one is up");
	$_->stop for $one, $two;
	($one, $two) = ($server->($bad, address => $one->address), $server->($good, address => $two->address));
	up($h, $service, $second, '... and then the other one');
	$h->finish;
}

sub dns {
	plan(skip_all => knot_missing()) if knot_missing();
	my $recipe = recipe('DNS over TCP and TLS');
	my @knot = map { knot('example.com' => "www 60 A 10.0.0.1\n") } 1 .. 2;
	my @address = map { "127.0.0.1:$_->{port}" } @knot;
	my $h = heddle($recipe->configuration(0, '10.0.0.1:53' => $address[0], '10.0.0.2:53' => $address[1]));
	up($h, 'dns', join(' ', sort @address), 'both answer');
	$knot[0]->fail('example.com');
	up($h, 'dns', $address[1], 'one answers SERVFAIL');
	$knot[1]->stop;
	up($h, 'dns', '', 'the other one ends');
	$knot[1]->start;
	up($h, 'dns', $address[1], '... and is there again');
	$h->finish;
}

on_each_event(sub {
	patroni_cluster();
	my %info = (on => qr/INFO replication\r\n/);
	changes('Redis', 'redis', { %info, text => "\$20\r\nrole:master\r\n" }, { %info, text => "role:slave\r\n" },
		'10.0.0.1:6379', '10.0.0.2:6379');
	my %first = (first => 1, stay => 1);
	changes('SMTP', 'submission', { %first, text => "220 mx ESMTP\r\n" }, { %first, text => "421 busy\r\n" },
		'10.0.0.1:587', '10.0.0.2:587');
	changes('ssh', 'ssh', { %first, text => "SSH-2.0-OpenSSH_9\r\n" }, { %first, text => "Exceeded MaxStartups\r\n" },
		'10.0.0.1:22', '10.0.0.2:22');
	subtest(dns => \&dns);
});
