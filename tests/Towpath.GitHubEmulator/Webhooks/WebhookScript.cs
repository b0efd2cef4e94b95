using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Webhooks;

public enum WebhookFault
{
    /// <summary>GitHub could not connect: it stands in the delivery list as failed, and may be asked for again.</summary>
    Lose,

    /// <summary>It was never sent, and no list knows of it.</summary>
    Vanish,

    /// <summary>It arrives twice, with one GUID.</summary>
    Double,

    /// <summary>It arrives later.</summary>
    Delay,

    /// <summary>It arrives after so many others that came later.</summary>
    Reorder,

    /// <summary>It waits until it is released by hand.</summary>
    Hold,
}

/// <summary>What happens to the next webhooks of an event.</summary>
public sealed class WebhookRule
{
    public required WebhookFault Kind { get; init; }

    /// <summary><c>push</c>, or with the action <c>pull_request.labeled</c>; <c>*</c> is any text.</summary>
    public string Event { get; init; } = "*";

    public int After { get; set; }

    /// <summary>-1 is all.</summary>
    public int Times { get; set; } = 1;

    public TimeSpan Delay { get; init; }

    /// <summary>For <see cref="WebhookFault.Reorder"/>.</summary>
    public int By { get; init; } = 1;
}

/// <summary>What is to happen to coming webhooks.</summary>
public sealed class WebhookScript
{
    private readonly Lock _lock = new();
    private readonly List<WebhookRule> _rules = [];

    public void Add(WebhookRule rule)
    {
        lock (_lock) _rules.Add(rule);
    }

    public void Clear()
    {
        lock (_lock) _rules.Clear();
    }

    internal WebhookRule? Take(string name, string? action)
    {
        lock (_lock)
        {
            foreach (var rule in _rules)
            {
                if (!Wildcard.Matches(rule.Event, name) && !Wildcard.Matches(rule.Event, $"{name}.{action}")) continue;
                if (rule.After > 0)
                {
                    rule.After--;
                    continue;
                }

                if (rule.Times > 0 && --rule.Times == 0) _rules.Remove(rule);
                return rule;
            }

            return null;
        }
    }
}
