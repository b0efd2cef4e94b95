using Towpath.Aws.Calling;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Calling;

public sealed class CallBatcherTests
{
    private readonly VirtualTime _time = new();
    private readonly List<int> _calls = [];

    [Fact]
    public async Task Fifty_questions_within_the_window_are_three_calls_of_at_most_twenty()
    {
        var batcher = Batcher();
        var questions = Enumerable.Range(0, 50).Select(i => batcher.GetAsync("eu-west-1", $"arn{i}", TestContext.Current.CancellationToken)).ToList();
        _time.Advance(TimeSpan.FromMilliseconds(200));
        var answers = await Task.WhenAll(questions);
        Assert.Equal("arn7!", answers[7]);
        Assert.Equal([20, 20, 10], _calls);
    }

    [Fact]
    public async Task One_that_gives_up_does_not_take_the_answer_from_the_others()
    {
        var batcher = Batcher();
        using var impatient = new CancellationTokenSource();
        var gone = batcher.GetAsync("eu-west-1", "gone", impatient.Token);
        var stays = batcher.GetAsync("eu-west-1", "stays", TestContext.Current.CancellationToken);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal("stays!", await stays);
    }

    [Fact]
    public async Task A_window_that_is_over_at_once_sends_no_empty_call()
    {
        var asked = new List<int>();
        var batcher = new CallBatcher<string, string, string>(20, TimeSpan.Zero, (_, keys, _) =>
        {
            asked.Add(keys.Count);
            return Task.FromResult<IReadOnlyDictionary<string, string>>(keys.ToDictionary(key => key, key => key + "!", StringComparer.Ordinal));
        }, _time);

        Assert.Equal("arn!", await batcher.GetAsync("eu-west-1", "arn", TestContext.Current.CancellationToken));
        Assert.Equal([1], asked);
    }

    [Fact]
    public async Task What_AWS_does_not_know_has_no_answer()
    {
        var question = Batcher().GetAsync("eu-west-1", "unknown", TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Null(await question);
    }

    private CallBatcher<string, string, string> Batcher() => new(20, TimeSpan.FromMilliseconds(200), (_, keys, _) =>
    {
        _calls.Add(keys.Count);
        return Task.FromResult<IReadOnlyDictionary<string, string>>(keys.Where(k => k != "unknown").ToDictionary(k => k, k => k + "!", StringComparer.Ordinal));
    }, _time);
}
