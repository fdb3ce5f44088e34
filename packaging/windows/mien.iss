; Inno Setup: iscc /DVersion=0.1.0 packaging\windows\mien.iss    (after PyInstaller, see packaging\mien.spec)
; For one user, without an administrator; the command mien is put on this user's PATH.
[Setup]
AppId=org.mien.Mien
AppName=Mien
AppVersion={#Version}
AppPublisher=The Mien authors
DefaultDirName={autopf}\Mien
DefaultGroupName=Mien
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesEnvironment=yes
DisableProgramGroupPage=yes
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=Mien-{#Version}-windows-x64
Compression=lzma2
SolidCompression=yes
UninstallDisplayIcon={app}\mien-window.exe

[Files]
Source: "..\..\dist\mien\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion
Source: "..\..\THIRD_PARTY.md"; DestDir: "{app}"

[Icons]
Name: "{group}\Mien"; Filename: "{app}\mien-window.exe"

[Registry]
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Check: IsNotOnPath

[Run]
Filename: "{app}\mien-window.exe"; Description: "Start Mien"; Flags: postinstall nowait skipifsilent

[Code]
function Path: String;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Result) then
    Result := '';
end;

function IsNotOnPath: Boolean;
begin
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Path) + ';') = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Entries: String;
begin
  if Step = usPostUninstall then
  begin
    Entries := Path;
    StringChangeEx(Entries, ';' + ExpandConstant('{app}'), '', True);
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Entries);
  end;
end;
