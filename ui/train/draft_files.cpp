// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/draft_files.h"

#include "core/base/file.h"
#include "core/encode/encoding.h"
#include "core/weights/model_card.h"
#include "core/weights/safetensors.h"
#include "ui/train/json_members.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr std::size_t kLargestSettings = 1 << 20;

QString tr(const char* text)
{
    return QCoreApplication::translate("continuo::ui::DraftFiles", text);
}

std::filesystem::path pathOf(const QString& file)
{
    return QFile::encodeName(file).toStdString();
}

Error problem(const char* id, const QString& file, const QString& what)
{
    const QString name = QFileInfo(file).fileName();
    return {ErrorKind::Usage,
            id,
            tr("“%1” holds no settings to train with: %2").arg(name, what).toStdString(),
            {{"file", name.toStdString()}, {"what", what.toStdString()}}};
}

/// Why a setting of the file is none, in words; empty where all are.
QString whatIsUnknown(const Json& job, const PresetCatalogue& catalogue)
{
    static const QStringList groups{QStringLiteral("encoding"), QStringLiteral("network"),
                                    QStringLiteral("training")};
    static const QStringList others{
        QStringLiteral("name"),        QStringLiteral("title"),    QStringLiteral("origin"),
        QStringLiteral("knownFaults"), QStringLiteral("variants"), QStringLiteral("preset"),
        QStringLiteral("variant"),     QStringLiteral("licence"),  QStringLiteral("description"),
        QStringLiteral("sampler"),     QStringLiteral("from")};
    for (const auto& [name, part] : job.items()) {
        const QString group = QString::fromStdString(name);
        if (!groups.contains(group)) {
            if (!others.contains(group))
                return tr("there is no setting “%1”.").arg(group);
            continue;
        }
        if (!part.is_object())
            return tr("“%1” is no group of settings.").arg(group);
        for (const auto& [last, value] : part.items()) {
            const QString key = group + QLatin1Char('.') + QString::fromStdString(last);
            if (!catalogue.setting(key) && key != QLatin1String("encoding.name"))
                return tr("there is no setting “%1”.").arg(key);
        }
    }
    return {};
}

QString whatIsNotAllowed(const Json& job, const PresetCatalogue& catalogue)
{
    for (const SettingInfo& setting : catalogue.settings()) {
        const Json value = valueAt(job, setting.key);
        if (value.is_null())
            continue;
        if (const QString why = whyNotAllowed(setting, value); !why.isEmpty())
            return why;
    }
    return {};
}

} // namespace

QByteArray settingsText(const RunDraft& draft)
{
    Json job = draft.job();
    job["preset"] = draft.preset.toStdString();
    job["variant"] = draft.variant.toStdString();
    setValueAt(job, QStringLiteral("training.device"), Json(draft.device.toStdString()));
    if (!draft.from.isEmpty())
        job["from"] = draft.from.toStdString();
    return QByteArray::fromStdString(job.dump(2, ' ', false, Json::error_handler_t::replace)) +
           '\n';
}

Status saveSettings(const RunDraft& draft, const QString& file)
{
    const QByteArray text = settingsText(draft);
    return writeFile(pathOf(file),
                     std::string_view(text.constData(), static_cast<std::size_t>(text.size())),
                     Overwrite::Replace);
}

Result<RunDraft> loadSettings(const QString& file, const PresetCatalogue& catalogue)
{
    const Result<std::string> text = readTextFile(pathOf(file), kLargestSettings);
    if (!text)
        return text.error();
    Result<Json> read = parseJson(*text);
    if (!read || !read->is_object() ||
        (memberAt(*read, "network").is_null() && memberAt(*read, "training").is_null()))
        return problem("settings.not-settings", file,
                       tr("a JSON object with “encoding”, “network” and “training” is wanted."));
    Json job = std::move(read).value();
    if (const QString what = whatIsUnknown(job, catalogue); !what.isEmpty())
        return problem("settings.unknown", file, what);
    if (const QString what = whatIsNotAllowed(job, catalogue); !what.isEmpty())
        return problem("settings.not-allowed", file, what);
    if (textAt(job, "preset").isEmpty() && !textAt(job, "name").isEmpty())
        job["preset"] = job["name"];
    RunDraft draft = draftFrom(job, catalogue);
    if (!draft.from.isEmpty())
        draft.from = QDir::cleanPath(QFileInfo(file).absoluteDir().absoluteFilePath(draft.from));
    return draft;
}

Result<RunDraft> startingFrom(RunDraft draft, const QString& model,
                              const PresetCatalogue& catalogue)
{
    const Result<TensorFile> header = readTensorFileHeader(pathOf(model));
    if (!header)
        return header.error();
    const Result<ModelCard> card = modelCardFromMetadata(header->metadata);
    if (!card)
        return card.error();
    const auto encoding = makeEncoding(card->encoding, card->encodingOptionsJson);
    if (!encoding)
        return encoding.error();
    const Result<Json> options = parseJson(card->encodingOptionsJson);
    const Result<Json> network = parseJson(toJson(card->network));
    if (!options || !network)
        return options ? network.error() : options.error();
    draft.from = QFileInfo(model).absoluteFilePath();
    draft.set(QStringLiteral("encoding.name"), Json(card->encoding));
    for (const SettingInfo& setting : catalogue.settings()) {
        if (!isSettledByModel(setting.key))
            continue;
        const bool isEncoding = setting.key.startsWith(QLatin1String("encoding."));
        const Json& said = memberAt(isEncoding ? *options : *network,
                                    setting.key.section(QLatin1Char('.'), 1).toUtf8().constData());
        if (isEncoding && said.is_null())
            continue; // of another encoding
        const Json& value = said.is_null() ? setting.standard : said;
        if (valueAt(draft.base, setting.key).is_null() && value == setting.standard)
            draft.changed.erase(setting.key);
        else if (!value.is_null())
            draft.set(setting.key, value);
    }
    return draft;
}

bool isSettledByModel(const QString& key)
{
    return key.startsWith(QLatin1String("encoding.")) ||
           (key.startsWith(QLatin1String("network.")) && key != QLatin1String("network.dropout") &&
            key != QLatin1String("network.recurrentDropout") &&
            key != QLatin1String("network.weightDropout"));
}

QString modelInWords(const QString& file)
{
    const QFileInfo info(file);
    if (!QFileInfo::exists(info.dir().filePath(QStringLiteral("config.json"))))
        return info.completeBaseName();
    QString run = info.dir().dirName();
    const Result<std::string> names =
        readTextFile(pathOf(info.dir().filePath(QStringLiteral("studio.json"))), kLargestSettings);
    if (const Result<Json> told = names ? parseJson(*names) : Result<Json>(names.error());
        told && !textAt(*told, "name").isEmpty())
        run = textAt(*told, "name");
    return tr("%1, %2").arg(run,
                            info.completeBaseName().replace(QLatin1Char('-'), QLatin1Char(' ')));
}

} // namespace continuo::ui
