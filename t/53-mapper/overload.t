# SPDX-License-Identifier: BSD-2-Clause
# A script is asked more than it can answer: as many requests as it has time for are answered, and the
# others go to the next route. Each call was made when its time was nearly up, and its answer came
# too late.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);
use Heddle::Uwsgi qw(uwsgi_packet);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;

my $m = scripted(script => '{file: get.py, limit: 2s}', files => { 'get.py' => <<'PYTHON' },
import time
def get(key):
    time.sleep(0.4)
    return '$NODE'
PYTHON
	more => "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n");
is($m->ask('fine'), 'node 0/0', 'a call');

# Two seconds have room for four or five of twenty: of 160 requests for 32 at least.
my $result = load($m->port, connections => 20, until_eof => 1, patience => 60, limit => 160,
	ask => uwsgi_packet(HTTP_HOST => 'slow'), answer => qr/\A(node|spare) /)->stop(1);
is(Heddle::Load::failed($result), 0, 'all are served') or diag(explain($result));
my $answered = $result->{names}{node} // 0;
cmp_ok($answered, '>', 16, "... and the script answers as many as it can: $answered of $result->{ok}") or diag(explain($result));
$m->running->finish;
done_testing();
