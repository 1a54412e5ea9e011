# SPDX-License-Identifier: BSD-2-Clause
# Rows to tables: the median of all rounds with its quartiles, and the ratios of the first peer to
# each other one, taken round by round because the machine's speed drifts between rounds. A ratio
# of a workload is {of => figure, title => words, limits => {peer => at most}}.
package Bench::Report;

use strict;
use warnings;
use Exporter 'import';
use List::Util qw(max min);

our @EXPORT_OK = qw(cell median table);

sub quantile {
	my ($q, @values) = @_;
	@values = sort { $a <=> $b } @values;
	my $at = $q * $#values;
	my $low = int $at;

	return $values[$low] if $low == $#values;
	return $values[$low] + ($at - $low) * ($values[$low + 1] - $values[$low]);
}

sub median { return quantile(0.5, @_) }

sub digits {
	my ($n) = @_;
	my $size = abs $n;

	return $n if $n == int $n;
	return sprintf $size >= 100 ? '%.0f' : $size >= 10 ? '%.1f' : $size >= 1 ? '%.2f' : '%.3f',
	    $n;
}

sub spread {
	my @values = grep { defined } @_;

	return '-' if !@values;
	my $text = digits(median(@values));
	return $text if min(@values) == max(@values);
	my ($low, $high) = map { digits(quantile($_, @values)) } .25, .75;
	return "$text ($low-$high)";
}

sub cell { return spread(@_) }

# Of the first peer to `other` in the rounds that have both; lower is better for the first.
sub ratios {
	my ($rows, $first, $other, $metric) = @_;
	my %of;

	$of{ $_->{round} }{ $_->{peer} } = $_->{$metric} for @$rows;
	return map { $_->{$first} / $_->{$other} } grep { $_->{$first} && $_->{$other} } values %of;
}

sub verdict {
	my ($value, $limit) = @_;

	return '' if !defined $limit;
	return sprintf ' %s %s', $value <= $limit ? 'within' : '**above**', $limit;
}

sub ratio_cell {
	my ($rows, $first, $other, $workload, $ratio) = @_;

	return '-' if $first eq $other;
	my @ratios = ratios($rows, $first, $other, $ratio->{of}) or return '-';
	my $limit = $first eq $workload->{peers}[0] ? $ratio->{limits}{$other} : undef;
	return sprintf '**%.2f** (%.2f-%.2f; %.2f-%.2f)%s', median(@ratios), quantile(.25, @ratios),
	    quantile(.75, @ratios), min(@ratios), max(@ratios), verdict(median(@ratios), $limit);
}

# Markdown. `rows` are the results of one workload, in the order taken.
sub table {
	my ($workload, $rows) = @_;
	my @columns = @{ $workload->{columns} };
	my (%seen, @head, $text);
	my @peers = grep { !$seen{$_}++ } map { $_->{peer} } @$rows;
	my $rounds = 1 + max(map { $_->{round} } @$rows);

	push @head, 'peer', map { $_->[1] } @columns;
	my @ratios = @peers > 1 ? @{ $workload->{ratios} // [] } : ();
	push @head, map { "$peers[0] / peer, $_->{title}" } @ratios;
	$text = "\n### $workload->{title}\n\n"
	    . "$rounds round(s): median (quartiles), of ratios also the extremes\n\n";
	$text .= '| ' . join(' | ', @head) . " |\n" . '|---' x @head . "|\n";
	for my $peer (@peers) {
		my @own = grep { $_->{peer} eq $peer } @$rows;
		my @cells = ($peer);
		for my $column (@columns) {
			my @values = grep { defined } map { $_->{ $column->[0] } } @own;
			my $limit = $peer eq $workload->{peers}[0] ? $column->[2] : undef;
			my $said = @values ? verdict(median(@values), $limit) : '';
			push @cells, spread(@values) . $said;
		}
		push @cells, map { ratio_cell($rows, $peers[0], $peer, $workload, $_) } @ratios;
		$text .= '| ' . join(' | ', @cells) . " |\n";
	}
	return $text;
}

1;
