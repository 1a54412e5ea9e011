# SPDX-License-Identifier: BSD-2-Clause
# What ./demo prints and how it checks: each step says what is done, then what was seen. A step whose
# result is not the expected one ends the demonstration.
#
#   job('a load balancer');
#   step('Server two is killed.');
#   seen("failed $failed", $failed == 0, 'no client fails');
package Heddle::Demo;

use strict;
use warnings;
use Exporter qw(import);
use Time::HiRes qw(time);

use Heddle::Child qw(until_true);
use Heddle::Client;
use Heddle::Http;

our @EXPORT_OK = qw(job step seen within web_get who_answers shares text_of pid_of);

my ($jobs, $doing) = (0, 'the start');

# Text in lines of at most 96 columns, each with this in front.
sub wrapped {
	my ($front, $text) = @_;
	my @lines = ('');
	for my $word (split ' ', $text) {
		push @lines, '' if length("$front$lines[-1] $word") > 96;
		$lines[-1] .= length $lines[-1] ? " $word" : $word;
	}
	return join '', map { "$front$_\n" } @lines;
}

sub job {
	my ($title, $about) = @_;
	$doing = $title;
	print "\nJOB ", ++$jobs, " of 4: $title\n";
	print wrapped('', $about) if $about;
}

sub step { my ($text) = @_; $doing = $text; print wrapped('  ', $text) }

sub seen {
	my ($text, $right, $expected) = @_;
	die "this step did not do what it says: $doing\n  expected: $expected\n  seen: $text\n"
		if !$right;
	print "    seen: $text\n";
}

# Waits until the code gives something true: that, and how long it took in words.
sub within {
	my ($seconds, $code) = @_;
	my $begin = time;
	my $result = until_true($code, $seconds * ($ENV{HEDDLE_SLOW} // 1));
	return ($result, sprintf('%.2f s', time - $begin));
}

# (status, body) of a GET over HTTP for a host.
sub web_get {
	my ($address, $host) = @_;
	my $client = Heddle::Client->new($address) or return (0, '');
	$client->send("GET / HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n");
	my ($head, $body) = split /\r\n\r\n/, $client->rest // '', 2;
	$body = Heddle::Http::unchunk($body) if ($head // '') =~ /^transfer-encoding: chunked/mi;
	return (($head // '') =~ m{^HTTP/1\.\d (\d+)} ? $1 : 0, $body // '');
}

# The name of the server that answers for a host; 'nobody'.
sub who_answers {
	my ($status, $body) = web_get(@_);
	return $status == 200 && $body =~ /^hello from (\w+)/ ? $1 : 'nobody';
}

# So many requests, one after the other: {name => how many it has answered}.
sub shares {
	my ($count, $address, $host) = @_;
	my %answers;
	$answers{ who_answers($address, $host) }++ for 1 .. $count;
	return \%answers;
}

# "one 100, two 0; failed 0", these names first.
sub text_of {
	my ($answers, @names) = @_;
	my %left = %$answers;
	my $failed = delete $left{nobody} // 0;
	my $text = join ', ', map { "$_ " . (delete $left{$_} // 0) } @names;
	return join(', ', $text, map { "$_ $left{$_}" } sort keys %left) . "; failed $failed";
}

1;
