# SPDX-License-Identifier: BSD-2-Clause
# An address moves between services, goes under load without a reset, comes back while it goes.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my ($p, $q, $r) = (free_port, free_port, free_port);
	my $yaml = sub {
		my ($first, $second) = @_;
		my $list = sub { '[' . join(', ', map { "\"127.0.0.1:$_\"" } @_) . ']' };
		return "services:\n"
			. "  a: {listen: ${\$list->(@$first)}, backends: [${\addresses($one)}]}\n"
			. "  b: {listen: ${\$list->(@$second)}, backends: [${\addresses($two)}]}\n";
	};
	my $h = heddle($yaml->([$p, $r], [$q]));
	my ($held) = one_each($r, 1);
	is($held->{name}, 'one', 'the address is the first service\'s');
	my $load = load($r, connections => 8);
	$load->wait_for(200);
	is(($h->reload($yaml->([$p], [$q, $r])))[0], 0, 'it moves to the second');
	is(who($r), 'two', '... whose backend answers');
	is($held->ask('x'), 'one x', '... not for who was there');
	$load->forget->wait_for(200);
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, 'no request failed') or diag(explain($result));
	is_deeply([sort keys %{ $result->{names} }], [qw(one two)], 'they were with either');

	$load = load($r, connections => 16);
	$load->wait_for(500);
	is(($h->reload($yaml->([$p], [$q])))[0], 0, 'it is removed under load');
	ok($h->wait_for(sub { !client($r, timeout => 0.3) }, 5, 'refusal'), 'then it refuses');
	$result = $load->stop;
	is($result->{$_}, 0, "no $_") for qw(eof timeout other);
	SKIP: {
		skip 'the kernel lets only root keep new handshakes away', 1 if $> != 0;
		is($result->{reset}, 0, 'no reset');
	}

	is(($h->reload($yaml->([$p, $r], [$q])))[0], 0, 'it is there again');
	is(who($r), 'one', '... and serves');
	is(($h->reload($yaml->([$p], [$q])))[0], 0, 'removed');
	is(($h->reload($yaml->([$p], [$q, $r])))[0], 0, '... and added while it goes');
	ok($h->wait_for(sub { who($r) eq 'two' }, 5, 'an answer'), '... it serves');
	is(many($r, 20), join(' ', ('two') x 20), '... every time');
	$held->close;
	$h->finish;
});
