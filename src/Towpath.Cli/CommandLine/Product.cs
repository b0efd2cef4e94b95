using System.Reflection;

namespace Towpath.Cli.CommandLine;

/// <summary>What this program is.</summary>
internal static class Product
{
    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
