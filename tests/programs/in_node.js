// Opens a workbook with one of three libraries, types into a cell, saves it: node in_node.js LIBRARY SOURCE MADE SHEET CELL TEXT
const [, , library, source, made, sheet, cell, text] = process.argv;

const savers = {
  async exceljs() {
    const Excel = require('exceljs');
    const book = new Excel.Workbook();
    await book.xlsx.readFile(source);
    book.getWorksheet(sheet).getCell(cell).value = text;
    await book.xlsx.writeFile(made);
  },
  async xlsx() {
    const xlsx = require('xlsx');
    const book = xlsx.readFile(source);
    book.Sheets[sheet][cell] = { t: 's', v: text };
    xlsx.writeFile(book, made);
  },
  async 'xlsx-populate'() {
    const populate = require('xlsx-populate');
    const book = await populate.fromFileAsync(source);
    book.sheet(sheet).cell(cell).value(text);
    await book.toFileAsync(made);
  },
};

savers[library]().catch((problem) => { console.error(problem); process.exit(1); });
