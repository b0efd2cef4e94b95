using Towpath.Core.Deployments;

namespace Towpath.Server.Views;

/// <summary>The addresses under which people reach this server; known once it listens.</summary>
public sealed class Links
{
    private string _base = "";

    /// <summary>Without a slash at the end.</summary>
    public string Base
    {
        get => Volatile.Read(ref _base);
        set => Volatile.Write(ref _base, value.TrimEnd('/'));
    }

    public string To(DeploymentId id) => $"{Base}/deployments/{id}";

    public string ToLogin(string code) => $"{Base}/login?code={code}";
}
