using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Description;
using Towpath.GitHubEmulator.Oidc;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Webhooks;

namespace Towpath.GitHubEmulator;

/// <summary>The emulated GitHub: who and what there is, what happened, and what is to happen.</summary>
public sealed class EmulatorWorld : IDisposable
{
    private long _id = 1000;

    public EmulatorWorld(EmulatorOptions options)
    {
        Options = options;
        if (options.Description is { } file) Description = new DescriptionCheck(OpenApiDescription.Load(file));
        Time = new EmulatorClock(options.Time);
        Urls = new Urls(options);
        Script = new Script(options);
        Scheduler = new Scheduler(this);
        Limits = new RateLimits(this);
        Outbox = new Outbox(this);
        Oidc = new ActionsIssuer(this);
        Accounts = new AccountBook(this);
        Apps = new AppBook(this);
        Repositories = new RepositoryBook(this);
    }

    /// <summary>What calls and answers are checked against; null: nothing.</summary>
    public DescriptionCheck? Description { get; }

    /// <summary>Held by whoever reads or changes the state.</summary>
    public Lock Gate { get; } = new();

    public EmulatorOptions Options { get; }

    public EmulatorClock Time { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public Urls Urls { get; }

    public Script Script { get; }

    public Scheduler Scheduler { get; }

    public RateLimits Limits { get; }

    public Journal Calls { get; } = new();

    public AccountBook Accounts { get; private set; }

    public AppBook Apps { get; private set; }

    public RepositoryBook Repositories { get; private set; }

    public Outbox Outbox { get; }

    public ActionsIssuer Oidc { get; }

    public long NextId() => Interlocked.Increment(ref _id);

    /// <summary>Forgets state, script, journal, deliveries and used limits. Keys of the OIDC issuer and the clock stay.</summary>
    public void Reset()
    {
        lock (Gate)
        {
            Scheduler.Clear();
            Outbox.Clear();
            Script.Clear();
            Limits.Clear();
            Calls.Clear();
            Oidc.Clear();
            Accounts = new AccountBook(this);
            Apps = new AppBook(this);
            Repositories = new RepositoryBook(this);
        }
    }

    public void Dispose()
    {
        Scheduler.Dispose();
        Outbox.Dispose();
        Oidc.Dispose();
    }
}
