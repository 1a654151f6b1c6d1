// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/set_exports.h"

#include "ui/dataset/dataset_session.h"

#include <QDir>
#include <QFileDialog>
#include <QMenu>

#include <algorithm>
#include <utility>

namespace continuo::ui {

SetExports::SetExports(DatasetSession& session, QWidget& window)
    : QObject(&window)
    , m_session(session)
    , m_window(window)
{
}

void SetExports::addTo(QMenu& menu)
{
    menu.setToolTipsVisible(true);
    const auto add = [this](QMenu& to, const QString& words, const QString& help, auto work) {
        QAction* action = to.addAction(words);
        action->setToolTip(help);
        connect(action, &QAction::triggered, this, work);
    };
    const auto askForFolder = [this](ExportDialog::Kind kind, const QString& what, const char* as,
                                     const Json& more = Json::object()) {
        ask(kind, what, [this, what, as, more](const ExportDialog& dialog) {
            Json params = dialog.choice();
            params.update(more);
            exportFolder(as, what, std::move(params));
        });
    };
    add(menu, tr("MIDI files…"),
        tr("The pieces in use, after the recipe, in a folder with a list of what was done"),
        [askForFolder] { askForFolder(ExportDialog::Kind::Music, tr("MIDI files"), "midi"); });
    add(menu, tr("ABC files…"), tr("Every piece in use as ABC, with all its voices"),
        [askForFolder] { askForFolder(ExportDialog::Kind::Music, tr("ABC files"), "abc"); });
    QMenu* sequences = menu.addMenu(tr("Sequences for NumPy"));
    sequences->setToolTipsVisible(true);
    for (const char* encoding : {"grid", "note", "chord", "event", "voices", "frame", "abc"}) {
        add(*sequences, QString::fromLatin1(encoding) + QChar(0x2026),
            tr("What a network reads with the encoding “%1”, with its vocabulary")
                .arg(QString::fromLatin1(encoding)),
            [askForFolder, encoding] {
                askForFolder(ExportDialog::Kind::Sequences, tr("sequences"), "npy",
                             {{"encoding", encoding}});
            });
    }
    add(menu, tr("Facts as a table…"), tr("Write the facts of the pieces as a table (CSV)"),
        [this] {
            ask(ExportDialog::Kind::Facts, tr("facts"),
                [this](const ExportDialog& dialog) { exportFacts(dialog); });
        });
    add(menu, tr("Data card…"),
        tr("What is in the set, where it is from and what was done to it, as a page"), [this] {
            ask(ExportDialog::Kind::Card, tr("a data card"),
                [this](const ExportDialog& dialog) { exportCard(dialog.choice()); });
        });
}

ExportStock SetExports::stock() const
{
    const PieceTable& table = m_session.pieces().table();
    ExportStock stock;
    for (const PieceRow& row : table.rows()) {
        stock.inUse += row.isInUse ? 1 : 0;
        stock.changed += row.isInUse && !row.changes.empty() ? 1 : 0;
    }
    stock.rejected = m_session.rejected().fileCount();
    stock.parts = {table.counts().train, table.counts().validation, table.counts().test};
    return stock;
}

void SetExports::ask(ExportDialog::Kind kind, const QString& what,
                     const std::function<void(const ExportDialog&)>& chosen)
{
    auto* dialog = new ExportDialog(kind, what, stock(), &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // What was typed is there again, whatever became of the card.
    if (kind == ExportDialog::Kind::Card && m_cardSet == m_session.path())
        dialog->setWords(m_cardWords);
    connect(dialog, &QDialog::accepted, this, [dialog, chosen] { chosen(*dialog); });
    dialog->open();
}

void SetExports::exportFolder(const std::string& kind, const QString& what, Json params)
{
    params["kind"] = kind;
    askWhere(tr("Name a new folder of %1").arg(what), {},
             [this, what, params = std::move(params)](const QString& folder, bool) {
                 Json whole = params;
                 whole["to"] = QFile::encodeName(folder).toStdString();
                 m_session.exportSet(what, std::move(whole));
             });
}

void SetExports::exportFacts(const ExportDialog& dialog)
{
    askWhere(tr("Export facts"), {{tr("Tables"), QStringLiteral("csv")}},
             [this, isOfAllPieces = dialog.isOfAllPieces(),
              params = dialog.choice()](const QString& file, bool mayReplace) {
                 if (isOfAllPieces) {
                     m_session.exportFacts(file);
                     return;
                 }
                 Json whole = params;
                 whole["kind"] = "csv";
                 whole["to"] = QFile::encodeName(file).toStdString();
                 whole["replace"] = mayReplace;
                 m_session.exportSet(tr("facts"), std::move(whole));
             });
}

void SetExports::exportCard(Json params)
{
    m_cardWords = params;
    m_cardSet = m_session.path();
    params["kind"] = "card";
    askWhere(tr("Export a data card"),
             {{tr("Pages"), QStringLiteral("html")}, {tr("Markdown"), QStringLiteral("md")}},
             [this, params = std::move(params)](const QString& file, bool mayReplace) {
                 Json whole = params;
                 whole["to"] = QFile::encodeName(file).toStdString();
                 whole["replace"] = mayReplace;
                 m_session.exportSet(tr("data card"), std::move(whole));
             });
}

void SetExports::askWhere(const QString& title, const QList<FileKind>& kinds,
                          const std::function<void(const QString&, bool)>& chosen)
{
    auto* dialog = new QFileDialog(&m_window, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    QString name = m_session.name();
    if (kinds.isEmpty()) {
        dialog->setOption(QFileDialog::ShowDirsOnly);
        dialog->setNameFilter(tr("Folders (*)"));
        dialog->setLabelText(QFileDialog::FileName, tr("New folder:"));
        for (int number = 2; dialog->directory().exists(name); ++number)
            name = tr("%1 %2").arg(m_session.name()).arg(number);
    }
    QStringList filters;
    for (const FileKind& kind : kinds)
        filters << QStringLiteral("%1 (*.%2)").arg(kind.words, kind.ending);
    const auto endingOf = [kinds, filters](const QString& filter) {
        return kinds.at(std::max<qsizetype>(0, filters.indexOf(filter))).ending;
    };
    if (!kinds.isEmpty()) {
        dialog->setNameFilters(filters);
        dialog->setDefaultSuffix(kinds.first().ending);
        name += QLatin1Char('.') + kinds.first().ending;
        connect(dialog, &QFileDialog::filterSelected, dialog,
                [dialog, endingOf](const QString& filter) {
                    dialog->setDefaultSuffix(endingOf(filter));
                });
    }
    dialog->selectFile(name);
    connect(dialog, &QFileDialog::fileSelected, this,
            [dialog, kinds, endingOf, chosen](const QString& path) {
                const bool hasEnding = std::ranges::any_of(kinds, [&](const FileKind& kind) {
                    return path.endsWith(QLatin1Char('.') + kind.ending, Qt::CaseInsensitive);
                });
                // A name such as "pieces.v2" got none; and nobody asked about the one it gets here.
                if (kinds.isEmpty() || hasEnding)
                    chosen(path, !kinds.isEmpty());
                else
                    chosen(path + QLatin1Char('.') + endingOf(dialog->selectedNameFilter()), false);
            });
    dialog->open();
}

} // namespace continuo::ui
