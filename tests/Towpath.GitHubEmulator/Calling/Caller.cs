using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>Who a call comes from.</summary>
public abstract record Caller
{
    /// <summary>Whose rate limit a call uses up.</summary>
    public abstract string LimitKey { get; }

    /// <summary>For the journal.</summary>
    public abstract string Name { get; }

    /// <summary>Who did what the call does; null for nobody.</summary>
    public virtual Account? Actor => null;

    public sealed record Anonymous : Caller
    {
        public override string LimitKey => "anonymous";
        public override string Name => "anonymous";
    }

    /// <summary>An app with a JSON Web Token that it signed itself.</summary>
    public sealed record Application(App App) : Caller
    {
        public override string LimitKey => $"app:{App.Id}";
        public override string Name => App.Slug;
    }

    public sealed record OfInstallation(InstallationToken Token) : Caller
    {
        public Installation Installation => Token.Installation;
        public override string LimitKey => $"installation:{Installation.Id}";
        public override string Name => $"{Installation.App.Slug}[bot]";
        public override Account Actor => Installation.App.Bot;
    }

    /// <summary>A person, by a token of their own or by one that an app was given for them.</summary>
    public sealed record Person(User User, App? Via = null) : Caller
    {
        public override string LimitKey => $"user:{User.Id}";
        public override string Name => User.Login;
        public override Account Actor => User;
    }
}
