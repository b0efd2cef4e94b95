using Towpath.GitHub.Webhooks.Gaps;

namespace Towpath.GitHub.Tests.Webhooks;

[Trait("Row", "T5")]
public sealed class DeliveryGapsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 10, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Used = ["push", "status"];

    [Fact]
    public void Delivery_that_we_do_not_have_is_asked_for_once_by_its_last_attempt_the_oldest_first()
    {
        DeliveryAttempt[] listed = [Attempt(5, 3, minutes: 10), Attempt(4, 2, minutes: 20), Attempt(3, 1, minutes: 30), Attempt(2, 2, minutes: 40), Attempt(1, 9, minutes: 50)];

        Assert.Equal([3L, 4, 5], Missing(listed, known: 9).Select(a => a.Id));
    }

    [Fact]
    public void Delivery_that_we_have_is_not_asked_for_whatever_was_answered() =>
        Assert.Empty(Missing([Attempt(1, 1, minutes: 10) with { StatusCode = 503 }], known: 1));

    [Fact]
    public void Delivery_that_may_be_on_its_way_is_waited_for()
    {
        Assert.Empty(Missing([Attempt(2, 1, minutes: 0.5), Attempt(1, 1, minutes: 30)]));
        Assert.Single(Missing([Attempt(2, 1, minutes: 1), Attempt(1, 1, minutes: 30)]));
    }

    [Fact]
    public void What_GitHub_no_longer_has_and_events_that_nothing_uses_are_left()
    {
        Assert.Empty(Missing([Attempt(1, 1, minutes: 3 * 24 * 60)]));
        Assert.Single(Missing([Attempt(1, 1, minutes: (3 * 24 * 60) - 1)]));
        Assert.Empty(Missing([Attempt(1, 1, minutes: 10) with { Event = "star" }]));
    }

    [Fact]
    public void Delivery_that_was_refused_again_and_again_is_left_and_one_that_nobody_had_room_for_is_not()
    {
        Assert.Empty(Tried(422));
        Assert.Single(Tried(503));
        Assert.Single(Tried(0));

        static IReadOnlyList<DeliveryAttempt> Tried(int status) =>
            Missing([.. Enumerable.Range(1, DeliveryGaps.MostTries).Select(n => Attempt(n, 1, minutes: 100 - n) with { StatusCode = status })]);
    }

    private static IReadOnlyList<DeliveryAttempt> Missing(DeliveryAttempt[] listed, params int[] known) =>
        DeliveryGaps.Missing(listed, known.Select(Guid).ToHashSet(), Used, Now);

    private static DeliveryAttempt Attempt(long id, int guid, double minutes) => new(id, Guid(guid), Now.AddMinutes(-minutes), "push", 500, IsRedelivery: false);

    private static Guid Guid(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
}
