# SPDX-License-Identifier: BSD-2-Clause
# Whatever is in the file: an answer, in time, and never a crash.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $seed = $ENV{HEDDLE_SEED} // time;
srand $seed;
diag("HEDDLE_SEED=$seed");
my $good = Heddle::read_file(Heddle::root() . '/conf/examples/web-round-robin.yaml')
	. Heddle::read_file(Heddle::root() . '/conf/examples/sockets.yaml') =~ s/^services:\n//mr;
my @pieces = ("\t", "\0", "\xff", '[', ']', '{', '}', ': ', ' - ', "\n", '&a ', '*a', '<<: *a',
	'"', "'", '|', '>', '%', '@', '`', '!x ', '${A}', '5', 'off', '~', "\r", '#', "---\n", ',',
	'[::]:80');

sub mutated {
	my $text = $good;
	for (0 .. int rand 4) {
		my $at = int rand length $text;
		my $length = rand() < 0.3 ? int rand 40 : int rand 3;
		substr($text, $at, $length) = rand() < 0.8 ? $pieces[rand @pieces]
			: substr($good, int rand length $good, int rand 60);
	}
	return $text;
}

sub laugh { my ($n) = @_; return "a$n: &a$n [" . join(',', ('*a' . ($n - 1)) x 20) . "]\n" }

my @texts = (
	(map { mutated() } 1 .. 150),
	'[' x 100_000, '{a: ' x 5000, '- ' x 5000, "a: &a [*a]\n", '&' x 1000,
	'"' . 'x' x 1_000_000,
	join('', "a0: &a0 [x, x, x]\n", map { laugh($_) } 1 .. 9),
	join('', map { "k$_: 1\n" } 1 .. 20000),
	"\xff\xfe" . join('', map { "$_\0" } split //, $good),
	join('', map { chr int rand 256 } 1 .. 3000),
);
my $c = Heddle::Configure->new;
my $odd = 0;
for my $text (@texts) {
	$c->write('heddle.yaml', $text);
	my ($status, $out, $err) = $c->run('-t');
	my $answered = $err =~ /^heddle: .*\n\z/m && $err !~ /Sanitizer|runtime error/;
	next if $answered && ($status == 0 || $status == 256);
	$odd++;
	diag("status $status for:\n", substr($text, 0, 3000), "\nsaid:\n", substr($err, 0, 2000));
}
is($odd, 0, scalar(@texts) . ' files, each with an answer');
done_testing;
