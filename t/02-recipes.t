#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A new kind of something is one new file and one row: every recipe of t/recipes is added to a
# copy of the tree, which must build, pass its unit tests, and show each of them.
use FindBin;
use lib "$FindBin::Bin/lib";
use Heddle::Test;
use Heddle::Recipe;
use File::Spec;
use File::Temp;

time_limit(900);
my $root = Heddle::root();
my $build = File::Spec->rel2abs($ENV{BUILD} // "$root/build");
plan(skip_all => "needs objects in $build") if !-f "$build/heddle.mk" || !-f "$build/t/unit/runner.o";

my $keep = File::Temp->newdir('heddle-recipes-XXXXXX', TMPDIR => 1);
my $copy = "$keep";
chmod 0755, $copy;
ok(Heddle::Recipe::copy_tree($root, $build, $copy), 'a copy of the tree');

my @recipes = Heddle::Recipe::all($root);
for my $r (@recipes) {
	subtest "$r->{name}: files" => sub {
		my ($new, $changed) = eval { $r->add($copy) };
		is($@, '', 'it can be added') or return;
		is(@$new, $r->{new_files}, 'new files') or diag("@$new");
		# Words that users see have their sentence in the manual, whatever the code costs.
		my @sources = grep { !/^man\// } @$changed;
		is(@sources, $r->{changed}, 'existing sources that change') or diag("@sources");
		ok($r->{reason} || @$new == 1 && @sources == 1,
			'one new file and one row, or a reason');
		note("$r->{name}: new @$new; changed @$changed. $r->{reason}");
	};
}

sub run_in_copy {
	my ($name, $command) = @_;
	my $said = qx(cd '$copy' && ($command) 2>&1);
	my $bad = join '', grep { /^not ok|(?:error|warning):/ } split /^/, $said;
	return ok(!$?, $name) || diag(substr $bad || $said, -4000) && 0;
}
my $make = program('gmake') ? 'gmake' : 'make';
my $jobs = $ENV{HEDDLE_JOBS} // 2;
run_in_copy('it builds', "$make -s -j$jobs -f build/heddle.mk BUILD=build CONFIG=build/config.h all unit")
	or do { done_testing(); exit };
{
	local $ENV{CK_DEFAULT_TIMEOUT} = 60;
	run_in_copy('its unit tests pass', 'build/unit');
}

local $ENV{HEDDLE} = "$copy/build/heddle";
my $one = backend('named', name => 'one');
my $config = '';
my $services = '';
for my $r (@recipes) {
	$r->{port} = free_port;
	for my $text (@$r{qw(config again service send)}, map { $_->[1] } @{ $r->{expect} }) {
		$text =~ s/\@PORT\@/$r->{port}/g;
		$text =~ s/\@BACKEND\@/$one->{address}/g;
	}
	$config .= $r->{config};
	$services .= $r->{service};
}
my $h = heddle("${config}services:\n$services", workers => 1);

# What is to be seen at WHERE of t/recipes/README.md.
sub seen {
	my ($r, $where) = @_;
	return ($h->command($where))[1] if $where =~ /^-[tT]$/;
	return ($h->get($where))[1] if $where =~ m{^/};
	return $h->log if $where eq 'log';
	return Heddle::read_file($h->dir . '/access.log') if $where eq 'access';
	return join '', map { s/^\s*$h->{pid}\s+//r } grep { /^\s*$h->{pid}\s/ }
		qx(ps -A -o ppid= -o command=) if $where eq 'titles';
	my $client = client($r->{port}) or return "connect: $!";
	$client->send($r->{send});
	return ($client->line // '') . "\n";
}

for my $r (@recipes) {
	for (grep { $_->[0] ne 'reload' } @{ $r->{expect} }) {
		my ($where, $pattern) = @$_;
		my $last = '';
		ok(until_true(sub { ($last = seen($r, $where)) =~ /$pattern/m }, 10),
			"$r->{name}: $where has $pattern") or diag(substr $last, 0, 4000);
	}
}

# What changed, in the words of the answer.
my $again = join '', map { $_->{again} || $_->{config} } @recipes;
my (undef, $reloaded) = $h->reload("${again}services:\n$services");
for my $r (@recipes) {
	like($reloaded, qr/$_->[1]/m, "$r->{name}: reload") for grep { $_->[0] eq 'reload' } @{ $r->{expect} };
}
$h->finish;

# Tests of their own, with the heddle of the copy.
for my $r (@recipes) {
	my $try = "$root/t/recipes/$r->{name}/try.pl";
	run_in_copy("$r->{name}: try.pl", "$^X $try") if -e $try;
}
done_testing();
