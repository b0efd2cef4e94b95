using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;

try
{
    // The version is answered before anything is constructed: scripts ask for it often.
    if (args is not ["--version"]) return await Tree.RunAsync(args);
    Terminal.StandardOutput.WriteLine(Product.Version);
}
catch (IOException exception) when (Terminal.IsBrokenPipe(exception))
{
    // Whoever read our output has seen enough, as `head` does.
}

return Towpath.Cli.ExitCodes.Done;
