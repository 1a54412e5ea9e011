# SPDX-License-Identifier: BSD-2-Clause
# `memory` of a script is what it may allocate itself: what the mapper process has, whose
# configuration may be a long one, is no part of it.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

plan(skip_all => 'sanitizers need terabytes') if Heddle::sanitized();
my %scripts = (python => ['get.py', <<'PYTHON'], lua => ['get.lua', <<'LUA']);
def get(key):
    return '$NODE' if key != 'much' else '$NODE' + ',0' * 30000000
PYTHON
function get(key)
    return key ~= 'much' and '$NODE' or string.rep('$NODE', 5000000)
end
LUA
for my $language (sort keys %scripts) {
	SKIP: {
		my $missing = script_missing($language);
		skip($missing, 1) if $missing;
		my ($file, $text) = @{ $scripts{$language} };
		my $m = scripted(script => "{file: $file, memory: 20m, limit: 10s}", files => { $file => $text });
		ok($m->{heddle}->wait_log(qr/\Q$file\E: loaded/), "$language: loaded with 20m");
		is($m->ask('much'), 'closed', '... which are its limit');
		ok($m->{heddle}->wait_log(qr/no answer for much: .*memory/i), '... told') or diag($m->{heddle}->log);
		is($m->ask('example.com'), 'node 0/0', '... and the next request has an answer');
		$m->{heddle}->finish;
	}
}
done_testing();
