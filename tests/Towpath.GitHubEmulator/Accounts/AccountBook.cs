using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Accounts;

/// <summary>Everybody there is. People and organizations come into being when they are first named.</summary>
public sealed class AccountBook(EmulatorWorld world)
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (User User, App App, DateTimeOffset? Expires)> _userTokens = new(StringComparer.Ordinal);

    public IEnumerable<Account> All => _accounts.Values;

    public User User(string login, long? id = null)
    {
        lock (world.Gate)
        {
            if (_accounts.TryGetValue(login, out var known)) return known as User ?? throw new FormatException($"{login} is an organization.");
            var user = new User(world, id ?? world.NextId(), login);
            _accounts[login] = user;
            return user;
        }
    }

    public Organization Organization(string login, long? id = null)
    {
        lock (world.Gate)
        {
            if (_accounts.TryGetValue(login, out var known)) return known as Organization ?? throw new FormatException($"{login} is a person.");
            var organization = new Organization(world, id ?? world.NextId(), login);
            _accounts[login] = organization;
            return organization;
        }
    }

    /// <summary>The account was renamed or deleted: whoever is named so next is somebody else.</summary>
    public void Free(string login)
    {
        lock (world.Gate) _accounts.Remove(login);
    }

    public Account? Find(string login) => _accounts.GetValueOrDefault(login);

    public Organization FindOrganization(string login) => Find(login) as Organization ?? throw GitHubFault.NotFound();

    /// <summary>The person or organization of that name; an organization where there is none.</summary>
    public Account Owner(string login) => Find(login) ?? Organization(login);

    internal void Add(User bot) => _accounts[bot.Login] = bot;

    /// <summary>A token with which an app acts for a person.</summary>
    public string IssueUserToken(User user, App app, TimeSpan? lifetime = null)
    {
        var token = $"ghu_{Secrets.Word(36)}";
        lock (world.Gate) _userTokens[token] = (user, app, world.Now + lifetime);
        return token;
    }

    public void Revoke(string token)
    {
        lock (world.Gate) _userTokens.Remove(token);
    }

    internal Caller.Person? PersonOf(string token)
    {
        if (_userTokens.TryGetValue(token, out var known)) return known.Expires > world.Now || known.Expires is null ? new Caller.Person(known.User, known.App) : null;
        return token.StartsWith("ghp_", StringComparison.Ordinal) && Find(token[4..]) is User user ? new Caller.Person(user) : null;
    }
}
