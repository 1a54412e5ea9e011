# SPDX-License-Identifier: BSD-2-Clause
# The original fastrouter and heddle fastrouter side by side: the same announcements, well-formed and
# odd ones, lead the same requests to the same nodes.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;
use Heddle::Subscription qw(announcement withdrawal subscriber);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_router uwsgi_packet);

my $missing = uwsgi_missing('fastrouter');
plan(skip_all => $missing) if $missing;
my %nodes = map { $_ => backend('uwsgi', name => $_) } qw(one two three);
my %at = map { $_ => $nodes{$_}->address } keys %nodes;

# Who answers, with the modifiers that it was sent: "one 0/0", or ''.
sub ask {
	my ($r, $key) = @_;
	my $client = client($r->{address}) or return 'refused';
	$client->send(uwsgi_packet(HTTP_HOST => $key));
	return ($client->rest(10) // '') =~ /^(\S+ \S+) / ? $1 : '';
}

# A key of its own says that all before it was read.
sub announce {
	my ($r, @datagrams) = @_;
	$r->{sender}->send($_) for @datagrams, announcement('.fence' . ++$r->{fence}, $at{one});
	until_true(sub { ask($r, ".fence$r->{fence}") ne '' }, 10) or die "no fence\n";
}

sub shares {
	my ($r, $key, $count) = @_;
	my %shares;
	$shares{ask($r, $key)}++ for 1 .. $count;
	return join ', ', map { "$_: $shares{$_}" } sort keys %shares;
}

sub plain {
	my ($r) = @_;
	my @heard = (ask($r, 'a.test'));
	my $say = sub { push @heard, @_ };
	announce($r, announcement('a.test', $at{one}));
	$say->(map { ask($r, $_) } 'a.test', 'A.test', 'a.test:80', 'www.a.test', 'a.test.');
	announce($r, announcement('modified.test', $at{one}, modifier1 => 5, modifier2 => 3));
	$say->(ask($r, 'modified.test'));
	announce($r, announcement('a.test', $at{two}));
	$say->(shares($r, 'a.test', 20));
	announce($r, withdrawal('a.test', $at{one}));
	$say->(shares($r, 'a.test', 5));
	announce($r, withdrawal('a.test', $at{three}), withdrawal('nobody.test', $at{one}));
	$say->(shares($r, 'a.test', 5));
	announce($r, announcement('a.test', $at{one}));
	$say->(shares($r, 'a.test', 20));
	my $weight = 0;
	announce($r, map { announcement('w.test', $at{$_}, weight => ++$weight) } qw(one two three));
	$say->(shares($r, 'w.test', 60));
	announce($r, announcement('zero.test', $at{one}, weight => 0), announcement('zero.test', $at{two}, weight => 1));
	$say->(shares($r, 'zero.test', 20));

	# Odd ones: byte 3 alone says what it is; sizes and what follows mean nothing; the key is bytes.
	my $odd = sub { my ($packet, $byte, $value) = @_; substr $packet, $byte, 1, chr $value; return $packet };
	announce($r, $odd->(announcement('first.test', $at{one}), 0, 0));
	$say->(ask($r, 'first.test'));
	announce($r, $odd->(announcement('first.test', $at{one}), 3, 7));
	$say->(ask($r, 'first.test'));
	announce($r, $odd->(announcement('size.test', $at{one}), 1, 1));
	$say->(ask($r, 'size.test'));
	announce($r, announcement('junk.test', $at{one}) . "\x7f\x7fjunk");
	$say->(ask($r, 'junk.test'));
	announce($r, announcement('pairs.test', $at{one}, unknown => 'x', inactive => 1, auth => '', port => 1));
	$say->(ask($r, 'pairs.test'));
	announce($r, announcement('k' x 255, $at{one}), announcement("sp ace\xff", $at{two}));
	$say->(map { ask($r, $_) } 'k' x 255, "sp ace\xff");
	announce($r, announcement('empty.test', ''), 'x', '', "\xe0\0\0\0");
	$say->(ask($r, 'empty.test'));
	return @heard;
}

sub dotsplit {
	my ($r) = @_;
	announce($r, announcement('.a.test', $at{one}), announcement('.org', $at{two}), announcement('plain.net', $at{three}));
	return map { ask($r, $_) } qw(www.a.test a.test x.y.a.test .a.test b.org www.plain.net plain.net 1.2.3.4.5.org);
}

sub fallback {
	my ($r) = @_;
	announce($r, announcement('a.test', $at{one}), announcement('spare', $at{two}));
	return map { ask($r, $_) } qw(a.test b.test spare);
}

for (['plain', \&plain], ['dotsplit', \&dotsplit, '--subscription-dotsplit'],
	['the fallback key', \&fallback, '--fastrouter-subscription-fallback-key', 'spare'],
	['lrc', sub { my ($r) = @_; announce($r, map { announcement('a.test', $_) } values %at); shares($r, 'a.test', 30) },
		'--subscription-algo', 'lrc']) {
	my ($name, $play, @options) = @$_;
	my ($to, $port, $own) = (free_port, free_port, free_port);
	my $original = uwsgi_router('fastrouter', "127.0.0.1:$to", @options);
	my $heddle = old_program('fastrouter', '--fastrouter', "127.0.0.1:$port",
		'--fastrouter-subscription-server', "127.0.0.1:$own", @options);
	ok($heddle->wait_log(qr/bound on 127\.0\.0\.1:$_$/m), "$name: both run") for $port, $own;
	my @original = $play->({ address => $original->address, sender => subscriber("127.0.0.1:$to") });
	my @heddle = $play->({ address => "127.0.0.1:$port", sender => subscriber("127.0.0.1:$own") });
	is_deeply(\@heddle, \@original, "$name: " . @original . ' requests have the same answers')
		or diag(explain(\@original, \@heddle));
	$heddle->signal('INT');
	is($heddle->ended, 0, '... and it ends');
	$original->kill;
}
done_testing();
